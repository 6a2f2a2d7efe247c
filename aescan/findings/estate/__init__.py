"""One file, one thing that can be wrong with several targets together; the file's name is the code."""
