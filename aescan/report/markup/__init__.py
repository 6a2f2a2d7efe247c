"""What pages in HTML are made of, in a file or from the exporter: pure; templates beside it are package data."""
