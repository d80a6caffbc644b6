"""Steps of 15 minutes since 1970, in UTC."""

STEP = 900
"""Seconds a step."""

STEPS_PER_HOUR = 4
STEPS_PER_DAY = 96

LONG_BLOCK = 64 * STEPS_PER_DAY
"""Steps that are computed at once where much is asked for."""

SHORT_WINDOW = 16 * STEPS_PER_DAY
"""Steps up to which little is asked for."""

SHORT_BLOCK = 8 * STEPS_PER_DAY
"""Steps that are computed at once then."""
