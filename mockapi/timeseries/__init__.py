"""Readings: pure functions of seed, meter and interval, computed and never stored."""
