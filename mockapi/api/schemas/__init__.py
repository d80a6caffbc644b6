"""Published bodies of the two APIs: nested, camelCase, absent members omitted."""
