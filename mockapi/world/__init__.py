"""The running state of a scenario: store, clock, edition and tokens."""
