"""Models of readings: one module per usage, and shared models."""
