"""Says how a server may be set up: environment variables `MOCKAPI_*`, one field each."""

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from mockapi.domain import timestamps
from mockapi.domain.clock import FIRST_YEAR, LAST_YEAR
from mockapi.domain.edition import EditionName
from mockapi.domain.urls import is_path_prefix, split_authority
from mockapi.environment import is_service_link


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


NOBODY = "none"
"""Stands for no proxy at all among those that are trusted."""
_HOST_NAME = re.compile(r"\*|(\*\.)?[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


def _base_url(url: str) -> str:
    base = url.rstrip("/")
    scheme, _, rest = base.partition("://")
    authority, slash, path = rest.partition("/")
    is_base = split_authority(authority) is not None and is_path_prefix(slash + path)
    if scheme not in ("http", "https") or not is_base:
        raise ValueError(
            f"must be a URL such as http://mockapi:8080 or https://example.com/mock, not {url!r}"
        )
    return base


def _networks(listed: str) -> str:
    for each in listed.split(","):
        word = each.strip()
        try:
            if word not in ("", "*", NOBODY):
                ip_network(word, strict=False)
        except ValueError:
            raise ValueError(
                f"must list addresses such as 127.0.0.1, 172.16.0.0/12, `*` or `none`, not {word!r}"
            ) from None
    return listed


def _host_names(listed: str) -> str:
    for word in names_in(listed):
        if not _HOST_NAME.fullmatch(word):
            raise ValueError(
                f"must list host names such as mock.local or *.local, without ports, not {word!r}"
            )
    return listed


def names_in(listed: str) -> tuple[str, ...]:
    """Return the names of a list with commas, in lower case."""
    return tuple(each.strip().lower() for each in listed.split(",") if each.strip())


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
    return timestamps.parse(value) if isinstance(value, str) else value


Instant = Annotated[AwareDatetime, AfterValidator(_utc), BeforeValidator(_instant)]
ClockInstant = Annotated[
    AwareDatetime,
    AfterValidator(within_reach),
    AfterValidator(_utc),
    BeforeValidator(_instant),
]


class _Environment(EnvSettingsSource):
    """The environment, without service links and without space around values."""

    def __init__(self, settings: type[BaseSettings]) -> None:
        super().__init__(settings)
        kept = {
            name: value.strip()
            for name, value in self.env_vars.items()
            if value is not None and not is_service_link(name, value)
        }
        self.env_vars = {name: value for name, value in kept.items() if value}


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
    public_url: Annotated[str, AfterValidator(_base_url)] | None = Field(
        default=None,
        description="URL that clients see, with a path or without, if not the one listened on.",
    )
    forwarded_allow_ips: Annotated[str, AfterValidator(_networks)] = Field(
        default="127.0.0.1,::1",
        description="Proxies whose forwarded headers count: addresses, networks, `*` or `none`.",
    )
    allowed_hosts: Annotated[str, AfterValidator(_host_names)] | None = Field(
        default=None,
        description="More host names for the control API and the console of a loopback server.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, _Environment(settings_cls)


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
