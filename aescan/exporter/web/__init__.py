"""The exporter's own HTTP: where it listens, by which certificate, whom it lets in."""
