"""SQLite storage of a world. The only package that contains SQL."""
