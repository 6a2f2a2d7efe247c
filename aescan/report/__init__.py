"""What a sweep saw, as a report: pure; the caller writes."""
