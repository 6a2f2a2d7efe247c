"""Bytes to and from messages of the server's first flight; sans-I/O, no cryptography, no clock."""
