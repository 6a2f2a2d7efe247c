"""What is wrong as work to do: a plan, in several formats; pure, the caller writes."""
