"""Probes on demand: who may be probed, once at a time, and the page that tells of it."""
