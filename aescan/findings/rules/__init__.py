"""One file, one thing that can be wrong with one endpoint; the file's name is the code."""
