"""Works out scores from readings and metadata: pure, without store, clock or HTTP."""

ENGINE = "sandbox-score/1"
DISCLAIMER = f"Simulated by {ENGINE}, not an Arc or LEED score."
