"""What changed since a target was last probed, told to those who collect events."""
