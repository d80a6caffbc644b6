"""Keeps a world's rows in SQLite; the only place that speaks SQL."""
