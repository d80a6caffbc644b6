"""Scenario files: schema, loading, validation and lint."""
