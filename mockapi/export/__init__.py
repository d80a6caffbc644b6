"""Export of readings to files."""
