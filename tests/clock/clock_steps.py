"""Names the instants and the steps of the tests of time."""

from datetime import UTC, datetime

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
