"""The OAuth 2.0 server, based on Authlib's framework-independent core."""
