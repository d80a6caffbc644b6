"""The two vendor APIs: one module per resource, with its handlers and bodies."""
