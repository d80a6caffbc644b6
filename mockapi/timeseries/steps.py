"""Steps of 15 minutes since 1970, in UTC."""

STEP = 900
"""Seconds a step."""

STEPS_AN_HOUR = 4
STEPS_A_DAY = 96

BLOCK = 64 * STEPS_A_DAY
"""Steps that are computed at once where much is asked for."""

SHORT = 16 * STEPS_A_DAY
"""Steps up to which little is asked for."""

NARROW = 8 * STEPS_A_DAY
"""Steps that are computed at once then."""
