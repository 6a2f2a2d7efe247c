"""Targets to observations: one, many, and when."""
