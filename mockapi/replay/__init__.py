"""Replay of a recorded session, and comparison of the responses; standard library only."""
