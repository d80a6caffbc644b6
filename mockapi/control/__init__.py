"""Serves the control API: what a test may ask of its world, in any language."""
