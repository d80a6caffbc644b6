"""Remembers what was asked and answered, and judges it: no secret is ever told."""
