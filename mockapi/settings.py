"""Says how a server may be set up: environment variables `MOCKAPI_*`, one field each."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

from mockapi.domain import instants
from mockapi.domain.clock import FIRST_YEAR, LAST_YEAR
from mockapi.domain.edition import EditionName


class ErrorStyle(StrEnum):
    """How refusals of the gateway and of the token endpoint are worded."""

    PROBLEM = "problem"
    APIGEE = "apigee"


class LogFormat(StrEnum):
    """How the lines of the log are written."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """From where on something is worth a line."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class DateHeader(StrEnum):
    """Whose time the header `Date` tells."""

    SYSTEM = "system"
    WORLD = "world"


_ADDRESS = re.compile(r"https?://[^/\s]+/?")


def _address(url: str) -> str:
    if not _ADDRESS.fullmatch(url):
        raise ValueError(f"must be an address such as http://mockapi:8080, not {url!r}")
    return url.rstrip("/")


def _utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("must be an instant that UTC can name") from error


def within_reach(at: datetime) -> datetime:
    """Return *at*; raise `ValueError` unless a clock can show it."""
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"must be an instant in the years {FIRST_YEAR} to {LAST_YEAR}")
    return at


def _none_if_empty(path: object) -> object:
    return None if path == "" else path


def _at_home(path: Path | None) -> Path | None:
    try:
        return None if path is None else path.expanduser()
    except RuntimeError as error:
        raise ValueError(str(error)) from error


def _in_lower_case(word: object) -> object:
    return word.lower() if isinstance(word, str) else word


def _instant(value: object) -> object:
    # pydantic takes a number for seconds since 1970: a year would be an evening.
    if isinstance(value, int | float):
        raise ValueError(  # noqa: TRY004 - pydantic reports ValueError only
            f"must be an RFC 3339 date-time such as 2026-06-01T09:00:00Z, not the number {value}"
        )
    return instants.parse(value) if isinstance(value, str) else value


Instant = Annotated[AwareDatetime, AfterValidator(_utc), BeforeValidator(_instant)]
ClockInstant = Annotated[
    AwareDatetime,
    AfterValidator(within_reach),
    AfterValidator(_utc),
    BeforeValidator(_instant),
]


class Settings(BaseSettings):
    """Everything that may be chosen when a server starts; frozen afterwards."""

    model_config = SettingsConfigDict(
        env_prefix="MOCKAPI_", env_ignore_empty=True, extra="forbid", frozen=True
    )

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port; 0 picks a free one.")
    scenario: str = Field(
        default="demo",
        description="Name of a shipped scenario, of a file in `/scenarios`, or a path to a file.",
    )
    seed: int | None = Field(
        default=None, ge=0, lt=2**63, description="Replaces the scenario's seed."
    )
    edition: EditionName | None = Field(
        default=None, description="Replaces the scenario's edition of the APIs."
    )
    clock: Literal["system"] | ClockInstant | None = Field(
        default=None,
        description="An instant to stand still at, or `system`; replaces the scenario's clock.",
    )
    date_header: DateHeader = Field(
        default=DateHeader.SYSTEM, description="Whose clock `Date` tells: `system` or `world`."
    )
    data: Annotated[Path | None, BeforeValidator(_none_if_empty), AfterValidator(_at_home)] = Field(
        default=None, description="SQLite file that keeps the world; in memory when unset."
    )
    strict_paths: bool = Field(
        default=False, description="Answers only on the paths of the edition, not on older ones."
    )
    error_style: ErrorStyle = Field(
        default=ErrorStyle.PROBLEM, description="Wording of gateway and token refusals."
    )
    user_api_oauth: bool = Field(
        default=True, description="Lets OAuth access tokens in on the User API, beside PATs."
    )
    user_api_new_categories: bool = Field(
        default=False, description="Shows `electricity` and `fuel` scores on the User API too."
    )
    accept_any_token: bool = Field(
        default=False, description="Takes any bearer token, for the first customer."
    )
    auto_consent: bool = Field(
        default=False, description="Consents at once, without pages; a scenario can do the same."
    )
    rotate_refresh_tokens: bool = Field(
        default=False, description="Issues a new refresh token at each refresh, revoking the old."
    )
    offline_access_rule: bool = Field(
        default=False, description="Issues refresh tokens only where `offline_access` was granted."
    )
    loopback_any_port: bool = Field(
        default=True,
        description="Accepts any port in redirect URIs on 127.0.0.1 and [::1] (RFC 8252 7.3).",
    )
    internal_grants: bool = Field(
        default=False, description="Offers the internal edition's `id_token` and `user_token`."
    )
    max_body_bytes: int = Field(
        default=2_000_000, ge=1_000, description="Largest request body that is read, in bytes."
    )
    max_worlds: int = Field(
        default=200, ge=0, description="How many named worlds there may be at once."
    )
    world_idle: timedelta = Field(
        default=timedelta(hours=1),
        gt=timedelta(0),
        description="After how long a named world that nobody uses is deleted; `PT1H` or seconds.",
    )
    journal_size: int = Field(
        default=1000, ge=0, le=100_000, description="Requests that the journal keeps; 0 keeps none."
    )
    log_format: Annotated[LogFormat, BeforeValidator(_in_lower_case)] = Field(
        default=LogFormat.TEXT, description="Lines of the log: `text` or `json`."
    )
    log_level: Annotated[LogLevel, BeforeValidator(_in_lower_case)] = Field(
        default=LogLevel.WARNING,
        description="Least level that is logged: `debug`, `info` (requests), `warning`, `error`.",
    )
    admin: bool = Field(default=True, description="Serves the control API under `/__admin`.")
    admin_token: Annotated[str, StringConstraints(min_length=1)] | None = Field(
        default=None, description="Bearer token that the control API then demands."
    )
    public_url: Annotated[str, AfterValidator(_address)] | None = Field(
        default=None,
        description="Address that clients see, where it differs from the one listened on.",
    )


OF_A_WORLD = frozenset(
    {
        "scenario",
        "seed",
        "edition",
        "clock",
        "date_header",
        "strict_paths",
        "error_style",
        "user_api_oauth",
        "user_api_new_categories",
        "accept_any_token",
        "auto_consent",
        "rotate_refresh_tokens",
        "offline_access_rule",
        "loopback_any_port",
        "internal_grants",
    }
)
"""The settings that each world of a server has for itself; the others are the server's."""

_READ_BY_THE_PLUGIN = ("URL", "REPORT")


def doubts(variables: Iterable[str]) -> Iterator[str]:
    """Yield a warning for each of the environment's *variables* that looks like a setting only."""
    known = [name.upper() for name in Settings.model_fields]
    for variable in sorted(variables):
        prefix, _, name = variable.upper().partition("_")
        if prefix != "MOCKAPI" or name in (*known, *_READ_BY_THE_PLUGIN):
            continue
        close = get_close_matches(name, known, n=1)
        advice = f"did you mean MOCKAPI_{close[0]}?" if close else "`serve --help` lists them all."
        yield f"{variable} is no setting; {advice}"
