"""How to scan and what to judge by: typed, strict, every mistake with its place in the file."""
