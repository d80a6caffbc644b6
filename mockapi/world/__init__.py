"""Holds the running state that a scenario becomes: store, clock, edition, tokens."""
