"""The pages for people: what the exporter knows, from the templates of the report."""
