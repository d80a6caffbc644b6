"""Writes the readings of a world to files."""
