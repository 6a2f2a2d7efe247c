"""aescan: which Avaya Aura AE Services ports present which certificates, what is wrong with them, and when they end."""

__version__ = "0.1.0"
