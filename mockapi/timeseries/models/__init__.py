"""Models of readings: one module per usage, and what they share."""
