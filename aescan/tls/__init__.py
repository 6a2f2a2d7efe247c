"""Bytes to and from messages of the server's first flight; sans-I/O, no clock, and no keys but to read TLS 1.3."""
