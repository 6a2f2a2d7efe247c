"""The checklist of a replacement, for people and for programs."""
