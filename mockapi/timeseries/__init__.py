"""Computes readings: pure functions of seed, meter and window, kept nowhere."""
