"""Messages of the two vendor APIs, of OAuth and of the header `X-Mock-Fault`."""

from collections.abc import Iterator

from documents.messages.requests import Messages, error_message, site
from documents.reference.errors import EXAMPLES, OAUTH_EXAMPLES

PARTNER = "/ecostruxure/scoring/v1"
USER = "/ecostruxure/user/scoring/v1"
_TOKEN = {"authorization": "Bearer mockAccessToken000000000Ada1"}
_OAUTH = "/ecostruxure/v1/oauth"

_QUERIES = (
    "/timeseries?updatedAt[gte]=yesterday&updatedAt[lt]=2026-05-03T00:00:00Z",
    "/timeseries?updatedAt[gte]=2026-05-03T00:00:00Z&updatedAt[lt]=2026-05-01T00:00:00Z",
    "/performance-scores?type=hourly",
    "/performance-scores?category=coffee",
)
_SCORES: tuple[object, ...] = (
    {},
    [{"date": "2026-05-31"}],
    [{"date": "31.05.2026", "score": 87.5, "type": "monthly", "category": "energy"}],
    [{"date": "2026-05-31", "score": 101, "type": "monthly", "category": "energy"}],
    b"{",
)
_FAULTS = (
    "nope",
    "status;status=99",
    "status;nope=1",
    "status;status",
    "latency;seconds=-1",
    "latency;seconds=soon",
)
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_TOKEN_REQUESTS = (
    b"",
    b"grant_type=password",
    b"grant_type=authorization_code",
    b"grant_type=authorization_code&client_id=unknown",
    b"grant_type=refresh_token&client_id=mockPublicClient0000000000000002&refresh_token=unknown",
)


def sections() -> Iterator[tuple[str, Messages]]:
    yield "Errors of the two APIs", [(type(each).__name__, each.detail) for each in EXAMPLES]
    yield (
        "Errors of the token endpoint",
        [(type(each).__name__, str(each.get_error_description())) for each in OAUTH_EXAMPLES],
    )
    sites = f"{PARTNER}/sites/{site()}"
    yield "Invalid queries", [error_message("GET", sites + each, None, _TOKEN) for each in _QUERIES]
    path = f"{sites}/performance-scores"
    yield "Invalid scores", [error_message("POST", path, each, _TOKEN) for each in _SCORES]
    yield (
        "Invalid X-Mock-Fault",
        [
            error_message("GET", f"{PARTNER}/sites", None, {**_TOKEN, "x-mock-fault": each})
            for each in _FAULTS
        ],
    )
    yield (
        "Invalid token requests",
        [error_message("POST", f"{_OAUTH}/token", each, _FORM) for each in _TOKEN_REQUESTS],
    )
