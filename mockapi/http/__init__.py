"""Serves the world over HTTP; the only place that knows FastAPI."""
