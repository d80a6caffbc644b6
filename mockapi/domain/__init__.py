"""Concepts and rules of the vendor's APIs, independent of HTTP, SQL and YAML."""
