"""The running exporter: sweeps on an interval, and a page of metrics that is rendered once per change."""
