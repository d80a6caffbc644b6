"""Data defects: effects, incidents and report."""
