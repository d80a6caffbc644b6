"""Says what a scenario file may say, and reads it."""
