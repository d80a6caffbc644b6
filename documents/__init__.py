"""Generators of the files in `docs/` that describe the code; a test compares both."""
