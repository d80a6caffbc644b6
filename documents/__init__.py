"""Makes those files of `docs/` that tell what the code is; a test compares them with the code."""
