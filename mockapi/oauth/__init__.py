"""Speaks OAuth 2.0: a thin adapter around Authlib's framework-free core."""
