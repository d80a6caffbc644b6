"""Makes a scenario into the rows of a world."""
