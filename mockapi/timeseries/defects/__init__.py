"""Data defects: what happens to readings, when, and the report of it."""
