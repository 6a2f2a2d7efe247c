"""What was seen before, kept in a file: the last facts of each target, every certificate, every change."""
