"""Bodies and queries of the control API, one module per subject."""
