"""Holds the kinds of faults, one file for each."""
