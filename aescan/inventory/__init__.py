"""What to scan: files and arguments to targets."""
