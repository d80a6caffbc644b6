"""Steps of 15 minutes since 1970, in UTC."""

STEP = 900
"""Seconds per step."""

STEPS_PER_HOUR = 4
STEPS_PER_DAY = 96

LONG_BLOCK = 64 * STEPS_PER_DAY
"""Steps per block for long windows."""

SHORT_WINDOW = 16 * STEPS_PER_DAY
"""Longest short window, in steps."""

SHORT_BLOCK = 8 * STEPS_PER_DAY
"""Steps per block for short windows."""
