"""Faults: add, list and remove."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from functools import cache
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, Literal, Unpack, get_args, get_overloads, overload
from urllib.parse import quote

from mockapi.client.fault_handles import (
    FaultHandle,
    FaultTargets,
    PresetHandle,
    UnusedFaults,
    check_preset,
    check_settings,
)
from mockapi.client.transport import ControlApiTransport, hide_client_frames

__tracebackhide__ = hide_client_frames

PresetName = Literal[
    "gateway-maintenance",
    "flaky-network",
    "quota-exhausted",
    "spike-arrest",
    "identity-provider-down",
    "slow-backend",
    "failing-backend",
    "short-tokens",
    "lossy-writes",
    "stale-replica",
    "contract-drift",
]


class FaultsMixin(ControlApiTransport):
    """Methods for faults and presets."""

    unused_faults: UnusedFaults
    """Results of `fault` and `preset` that were not added."""

    @overload
    def fault(
        self,
        kind: Literal["status"],
        *,
        status: int | None = None,
        oddity: Literal[
            "denied_as_400",
            "conflict",
            "expired_as_500",
            "spike_arrest",
            "spike_arrest_as_500",
            "quota",
            "quota_as_500",
            "xml",
        ]
        | None = None,
        style: Literal["problem", "apigee", "html", "empty"] | None = None,
        detail: str | None = None,
        body_status: int | None = None,
        retry_after: int | None = None,
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["latency"],
        *,
        distribution: Literal["fixed", "uniform", "lognormal"] = "fixed",
        seconds: float,
        to: float | None = None,
        sigma: float = 0.5,
        most: float = 120,
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["rate_limit"],
        *,
        policy: Literal["spike_arrest", "quota"] = "spike_arrest",
        limit: int,
        seconds: float = 1.0,
        burst: int | None = None,
        by: Literal["client", "customer", "operation", "everybody"] = "client",
        status: Literal[429, 500] = 429,
        retry_after: bool = True,
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["truncated_body"],
        *,
        share: float = 0.5,
        framing: Literal["chunked", "length"] = "chunked",
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["malformed_json"],
        *,
        defect: Literal[
            "unclosed", "trailing_comma", "nan", "single_quotes", "two_bodies"
        ] = "unclosed",
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["slow_dribble"],
        *,
        seconds: float,
        pieces: int = 10,
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["garbage"],
        *,
        size: int = 512,
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["wrong_content_type"],
        *,
        media_type: str | None = "text/html",
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["missing_field", "null_for_absent", "wrong_type"],
        *,
        field: str | None = None,
        objects: Literal["all", "one"] = "all",
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["extra_field"],
        *,
        name: str = "mockAddition",
        value: Any = "added by a fault",
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["unknown_enum_value"],
        *,
        field: str | None = None,
        objects: Literal["all", "one"] = "all",
        value: str = "mockUnknown",
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["huge_page"],
        *,
        items: int = 10_000,
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["authorization_server_down"],
        *,
        status: Literal[502, 503, 504] = 503,
        retry_after: int | None = None,
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["stale_data"],
        *,
        by: timedelta | str | float,
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["duplicate_delivery"],
        *,
        copies: int = 2,
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["lost_answer"],
        *,
        ending: Literal["closed", "reset", "timeout"] = "closed",
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["respond"],
        *,
        status: int = 200,
        headers: Mapping[str, str] = {},
        json: Any = None,
        text: str | None = None,
        file: str | Path | None = None,
        base64: str | None = None,
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal["patch"],
        *,
        merge: Any,
        items: bool = False,
        where: Mapping[str, Any] = {},
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    @overload
    def fault(
        self,
        kind: Literal[
            "answer_without_write",
            "connection_reset",
            "consent_withdrawn",
            "empty_data",
            "empty_reply",
            "malformed_chunk",
            "refresh_refused",
            "token_expired",
            "token_revoked",
        ],
        **targets: Unpack[FaultTargets],
    ) -> FaultHandle: ...
    def fault(self, kind: str, **settings: Any) -> FaultHandle:
        """Return a fault of *kind* that is active inside a `with` block and counts its requests.

        Settings are those of the kind, of `match` (`operation`, `site`, ...) and of `when`
        (`times`, `sequence`, ...). Instants are RFC 3339 text or a `datetime`, durations are ISO
        8601 text or a `timedelta`. The `file` of kind `respond` is read from this machine when the
        fault is added. Raise `MockApiError` for an unknown kind or setting; the start of the
        `with` block and `add()` raise it for an invalid value.
        """
        check_settings(kind, settings, _settings_of_kinds())
        return FaultHandle(self._call, self.unused_faults, kind, settings)

    def preset(self, name: PresetName) -> PresetHandle:
        """Return the faults of the preset *name*, which are active inside a `with` block.

        Raise `MockApiError` for an unknown name.
        """
        check_preset(name, get_args(PresetName))
        return PresetHandle(self._call, self.unused_faults, name)

    def faults(self) -> list[dict[str, Any]]:
        """Return the active faults, each with its `id`, `matched` and `hits`."""
        faults: list[dict[str, Any]] = self._call("GET", "faults")
        return faults

    def fault_kinds(self) -> list[dict[str, Any]]:
        """Return all fault kinds, each with the JSON Schema of its settings."""
        kinds: list[dict[str, Any]] = self._call("GET", "faults/kinds")
        return kinds

    def fault_kind(self, kind: str) -> dict[str, Any]:
        """Return one fault kind. Raise `MockApiError` if it is unknown."""
        found: dict[str, Any] = self._call("GET", f"faults/kinds/{quote(kind, safe='')}")
        return found

    def fault_presets(self) -> list[dict[str, Any]]:
        """Return all presets, each with its faults."""
        presets: list[dict[str, Any]] = self._call("GET", "faults/presets")
        return presets

    def clear_faults(self) -> None:
        """Remove all faults, also those of the scenario."""
        self._call("DELETE", "faults")


@cache
def _settings_of_kinds() -> Mapping[str, Collection[str]]:
    """Return the settings of each kind of fault, which are the arguments of its overload."""
    found: dict[str, Collection[str]] = {}
    for each in get_overloads(FaultsMixin.fault):
        arguments = signature(each).parameters
        own = [name for name, one in arguments.items() if one.kind is Parameter.KEYWORD_ONLY]
        found |= dict.fromkeys(get_args(arguments["kind"].annotation), own)
    return found
