"""DER to facts: what a certificate says, read once, eagerly, without ever raising; no I/O, no clock."""
