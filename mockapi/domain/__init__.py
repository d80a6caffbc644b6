"""Holds the nouns and rules of the trade; knows nothing of HTTP, SQL or YAML."""
