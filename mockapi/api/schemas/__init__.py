"""Shapes the nouns as they are published: nested, camelCase, absent members left out."""
