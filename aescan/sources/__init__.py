"""Targets that come from somewhere while aescan runs: files that are watched, servers that are asked."""
