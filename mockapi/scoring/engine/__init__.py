"""Computation of scores from readings and metadata. Pure: no store, clock or HTTP."""

ENGINE = "sandbox-score/1"
DISCLAIMER = f"Simulated by {ENGINE}, not an Arc or LEED score."
