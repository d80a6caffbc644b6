"""Holds what OAuth 2.0 means here: scopes, lifetimes and what a bearer token stands for."""
