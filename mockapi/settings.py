"""Settings of a server, one field per environment variable `MOCKAPI_*`."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
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
from mockapi.domain.durations import DurationOrSeconds
from mockapi.domain.edition import EditionName
from mockapi.domain.json_values import scenario_text_of
from mockapi.domain.urls import check_base_url, check_host_names, check_networks
from mockapi.environment import is_service_link


class ErrorStyle(StrEnum):
    """Format of the error bodies of the gateway and the token endpoint."""

    PROBLEM = "problem"
    APIGEE = "apigee"


class HttpParser(StrEnum):
    """Parser of HTTP requests: httptools is faster, h11 is stricter."""

    HTTPTOOLS = "httptools"
    H11 = "h11"


class LogFormat(StrEnum):
    """Format of log lines."""

    TEXT = "text"
    JSON = "json"


class LogLevel(StrEnum):
    """Lowest level that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class DateHeader(StrEnum):
    """Clock of the header `Date`."""

    SYSTEM = "system"
    WORLD = "world"


def _utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("must be an instant that UTC can represent") from error


def check_clock_range(at: datetime) -> datetime:
    """Return *at*. Raise `ValueError` if it is out of the range of a world's clock."""
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"must be an instant in the years {FIRST_YEAR} to {LAST_YEAR}")
    return at


def _none_if_empty(path: object) -> object:
    return None if path == "" else path


def _with_home_expanded(path: Path | None) -> Path | None:
    try:
        return None if path is None else path.expanduser()
    except RuntimeError as error:
        raise ValueError(str(error)) from error


def _scenario_text(scenario: object) -> object:
    """Return a scenario that is given as a mapping as JSON."""
    if not isinstance(scenario, Mapping):
        return scenario
    try:
        return scenario_text_of(scenario)
    except (TypeError, ValueError) as error:
        raise ValueError(str(error)) from error


def _lower_case(word: object) -> object:
    return word.lower() if isinstance(word, str) else word


def _instant(value: object) -> object:
    # pydantic reads a number as seconds since 1970, so a year would be accepted.
    if isinstance(value, int | float):
        raise ValueError(  # noqa: TRY004 - pydantic reports ValueError only
            f"must be an RFC 3339 date-time such as 2026-06-01T09:00:00Z, not the number {value}"
        )
    return timestamps.parse(value) if isinstance(value, str) else value


Instant = Annotated[AwareDatetime, AfterValidator(_utc), BeforeValidator(_instant)]
ClockInstant = Annotated[
    AwareDatetime,
    AfterValidator(check_clock_range),
    AfterValidator(_utc),
    BeforeValidator(_instant),
]


FilePath = Annotated[
    Path | None, BeforeValidator(_none_if_empty), AfterValidator(_with_home_expanded)
]


class _Environment(EnvSettingsSource):
    """Environment variables without service links and without surrounding whitespace."""

    def __init__(self, settings: type[BaseSettings]) -> None:
        super().__init__(settings)
        kept = {
            name: value.strip()
            for name, value in self.env_vars.items()
            if value is not None and not is_service_link(name, value)
        }
        self.env_vars = {name: value for name, value in kept.items() if value}


class Settings(BaseSettings):
    """All settings of a server, immutable."""

    model_config = SettingsConfigDict(
        env_prefix="MOCKAPI_", env_ignore_empty=True, extra="forbid", frozen=True
    )

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port; 0 picks a free one.")
    tls: bool = Field(
        default=False,
        description="Serves HTTPS with a certificate of its own authority (extra `tls`).",
    )
    tls_ca_file: FilePath = Field(
        default=None,
        description="Authority of the certificate: written by `tls` (default `mockapi-ca.pem`).",
    )
    tls_cert: FilePath = Field(
        default=None, description="PEM file with a certificate; serves HTTPS with it."
    )
    tls_key: FilePath = Field(default=None, description="PEM file with the key of `tls_cert`.")
    http_parser: Annotated[HttpParser, BeforeValidator(_lower_case)] = Field(
        default=HttpParser.HTTPTOOLS,
        description="Parser of HTTP: `httptools`, or `h11`, which is slower and stricter.",
    )
    scenario: Annotated[str, BeforeValidator(_scenario_text)] = Field(
        default="demo",
        description="Name of a shipped scenario, of a file in `/scenarios`, or a path to a file; "
        "or a scenario as JSON, in Python as a dict.",
    )
    seed: int | None = Field(
        default=None, ge=0, lt=2**63, description="Replaces the scenario's seed."
    )
    edition: EditionName | None = Field(
        default=None, description="Replaces the scenario's edition of the APIs."
    )
    clock: Literal["system"] | ClockInstant | None = Field(
        default=None,
        description="Instant to freeze the clock at, or `system`; replaces the scenario's clock.",
    )
    date_header: DateHeader = Field(
        default=DateHeader.SYSTEM, description="Clock of the header `Date`: `system` or `world`."
    )
    data: FilePath = Field(
        default=None, description="SQLite file that stores the world; in memory if unset."
    )
    strict_paths: bool = Field(
        default=False, description="Serves only the paths of the edition, not older ones."
    )
    error_style: ErrorStyle = Field(
        default=ErrorStyle.PROBLEM,
        description="Format of errors of the gateway and the token endpoint.",
    )
    user_api_oauth: bool = Field(
        default=True,
        description="Accepts OAuth access tokens on the User API, in addition to PATs.",
    )
    user_api_new_categories: bool = Field(
        default=False, description="Returns `electricity` and `fuel` scores on the User API too."
    )
    accept_any_token: bool = Field(
        default=False, description="Accepts any bearer token as one of the first customer."
    )
    auto_consent: bool = Field(
        default=False,
        description="Grants consent at once, without pages; a scenario can do the same.",
    )
    rotate_refresh_tokens: bool = Field(
        default=False,
        description="Issues a new refresh token on each refresh and revokes the old one.",
    )
    offline_access_rule: bool = Field(
        default=False, description="Issues refresh tokens only if `offline_access` was granted."
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
    max_worlds: int = Field(default=200, ge=0, description="Maximum number of named worlds.")
    world_idle: DurationOrSeconds = Field(
        default=timedelta(hours=1),
        description="Idle time after which a named world is deleted; `PT1H` or seconds.",
    )
    journal_size: int = Field(
        default=1000,
        ge=0,
        le=100_000,
        description="Number of requests in the journal; 0 disables it.",
    )
    stop_at_eof: bool = Field(
        default=False,
        description="Stops when the standard input ends, as at the end of the parent process.",
    )
    log_format: Annotated[LogFormat, BeforeValidator(_lower_case)] = Field(
        default=LogFormat.TEXT, description="Format of the log: `text` or `json`."
    )
    log_level: Annotated[LogLevel, BeforeValidator(_lower_case)] = Field(
        default=LogLevel.WARNING,
        description="Lowest level that is logged: `debug`, `info` (requests), `warning`, `error`.",
    )
    metrics: bool = Field(
        default=False,
        description="Serves metrics for Prometheus at `/metrics` (extra `metrics`).",
    )
    mcp: bool = Field(
        default=False,
        description="Serves tools for coding agents at `/mcp` (extra `mcp`).",
    )
    admin: bool = Field(default=True, description="Serves the control API under `/__admin`.")
    admin_token: Annotated[str, StringConstraints(min_length=1)] | None = Field(
        default=None, description="Bearer token that the control API requires."
    )
    public_url: Annotated[str, AfterValidator(check_base_url)] | None = Field(
        default=None,
        description="Base URL that clients use, with or without a path, if it is another.",
    )
    forwarded_allow_ips: Annotated[str, AfterValidator(check_networks)] = Field(
        default="127.0.0.1,::1",
        description="Proxies with trusted forwarded headers: addresses, networks, `*` or `none`.",
    )
    allowed_hosts: Annotated[str, AfterValidator(check_host_names)] | None = Field(
        default=None,
        description="Additional host names for the control API and console of a loopback server.",
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


WORLD_SETTINGS = frozenset(
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
"""The settings that each world has; the others are those of the server."""
