"""The two vendor APIs: one module per resource."""
