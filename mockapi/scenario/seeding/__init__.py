"""Conversion of scenarios to the rows of a world."""
