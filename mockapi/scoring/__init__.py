"""The built-in scoring provider."""
