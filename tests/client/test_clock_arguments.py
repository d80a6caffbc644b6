"""Arguments of the clock of `MockApi` with a wrong type."""

from datetime import date, timedelta

import pytest

from mockapi import MockApi
from mockapi.client import MockApiError

WRONG_TYPES = [
    ("advance", (5,), "by: 5 is not a duration. Use a timedelta, "),
    ("advance", (1.5,), "by: 1.5 is not a duration. "),
    ("advance", (None,), "by: None is not a duration. "),
    ("freeze", (5,), "at: 5 is not an instant. Use a datetime with a time zone, "),
    ("freeze", (date(2026, 7, 1),), r"at: datetime.date\(2026, 7, 1\) is not an instant. "),
    ("freeze", (timedelta(1),), r"at: datetime.timedelta\(days=1\) is not an instant. "),
    ("changes", (5,), "since: 5 is not an instant. "),
    ("changes", ("2026-06-01T09:00:00Z", 5), "until: 5 is not an instant. "),
]


@pytest.mark.parametrize(("method", "arguments", "message"), WRONG_TYPES)
def test_wrong_type_is_an_error_with_the_argument(server, method, arguments, message):
    with pytest.raises(TypeError, match=f"^{message}"):
        getattr(server.clock, method)(*arguments)


@pytest.mark.parametrize("rate", ["fast", True, timedelta(1)])
def test_wrong_rate_is_an_error_with_the_argument(server: MockApi, rate):
    with pytest.raises(MockApiError, match="rate"):
        server.clock.run(rate)


def test_rate_that_is_no_json_is_an_error(server: MockApi):
    with pytest.raises(TypeError, match="cannot be sent as JSON"):
        server.clock.run(object())
