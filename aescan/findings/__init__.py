"""Facts to verdicts: one rule a file, found by name; pure, no I/O, no clock."""
