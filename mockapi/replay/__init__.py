"""Recordings of sessions, their replay, and comparison of the responses."""
