"""Models of readings: one module per kind of service, and shared models."""
