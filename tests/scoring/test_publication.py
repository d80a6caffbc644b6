"""Publication times of the scores of a day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockapi.scoring.engine.daily_scores import PublicationSchedule

REGISTERED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def formatted(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat()


@pytest.mark.parametrize(
    ("timezone", "day", "instant"),
    [
        ("UTC", date(2026, 5, 1), "2026-05-02T01:00:00+00:00"),
        ("Europe/Paris", date(2026, 5, 1), "2026-05-01T23:00:00+00:00"),
        ("Asia/Kathmandu", date(2026, 5, 1), "2026-05-01T19:15:00+00:00"),
        ("America/Los_Angeles", date(2026, 5, 1), "2026-05-02T08:00:00+00:00"),
        # What the back-fill held is published at once, 29 seconds after the registration.
        ("UTC", date(2025, 1, 1), "2026-03-01T12:00:29+00:00"),
        ("UTC", date(2026, 2, 28), "2026-03-01T12:00:29+00:00"),
        ("UTC", date(2026, 3, 1), "2026-03-02T01:00:00+00:00"),
    ],
)
def test_day_is_published_one_hour_after_its_local_end(timezone, day, instant):
    assert formatted(PublicationSchedule(REGISTERED, timezone).at(day.toordinal())) == instant


@given(
    st.sampled_from(["UTC", "Europe/Paris", "Australia/Lord_Howe", "America/St_Johns"]),
    st.integers(0, 3 * 365 * 86_400),
)
def test_the_latest_day_is_the_last_one_that_is_published(timezone, seconds):
    publication = PublicationSchedule(REGISTERED, timezone)
    now = publication.begins_at + seconds
    latest = publication.latest(now)
    assert publication.at(latest) <= now < publication.at(latest + 1)


def test_nothing_is_published_before_the_site_is_registered():
    publication = PublicationSchedule(REGISTERED, "UTC")
    registered = int(REGISTERED.timestamp())
    assert publication.latest(registered + 28) is None
    assert publication.latest(registered + 29) == date(2026, 2, 28).toordinal()


def test_the_first_day_is_the_first_whole_one():
    publication = PublicationSchedule(REGISTERED, "Europe/Paris")
    midnight = datetime(2026, 2, 1, 23, tzinfo=UTC)
    at = int(midnight.timestamp())
    assert publication.day_from(at) == date(2026, 2, 2).toordinal()
    later = int((midnight + timedelta(seconds=1)).timestamp())
    assert publication.day_from(later) == date(2026, 2, 3).toordinal()
