"""Scenarios from recorded responses of a real API."""
