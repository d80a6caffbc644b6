"""World settings and initial faults of a test, with validation."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mockapi.client import MockApi, MockApiError
from mockapi.client.faults_mixin import PresetName
from mockapi.client.transport import hide_client_frames
from mockapi.domain.json_values import is_scenario_text
from mockapi.domain.text_matching import join_messages, suggestion
from mockapi.domain.urls import INLINE_SCENARIO
from mockapi.domain.validation import describe_error, describe_union_error
from mockapi.scenario.discovery import find_scenario
from mockapi.scenario.errors import ScenarioError
from mockapi.settings import WORLD_SETTINGS, Settings

__tracebackhide__ = hide_client_frames

FAULT_OPTIONS = ("faults", "presets")


def missing_scenario_message(scenario: str, folders: Sequence[Path] = ()) -> str | None:
    """Return the error message if *scenario* does not exist; None if it does.

    A relative path starts in one of *folders* or in the current one.
    """
    if is_scenario_text(scenario):
        return None
    try:
        find_scenario(scenario, folders)
    except ScenarioError as error:
        return error.issues[0].message
    return None


def scenario_argument(scenario: str) -> str:
    """Return *scenario* as an argument of a call, shortened if it is a whole scenario."""
    return "scenario={...}" if is_scenario_text(scenario) else f"scenario={scenario!r}"


def scenario_error_message(
    scenario: str, error: ScenarioError, folders: Sequence[Path] = ()
) -> str:
    """Return the error message for a *scenario* that is missing or has mistakes."""
    missing = missing_scenario_message(scenario, folders)
    if missing is not None:
        return missing
    is_object = is_scenario_text(scenario)
    message = error.without_lines_of(INLINE_SCENARIO) if is_object else str(error)
    lines = message.splitlines()
    return lines[0] if len(lines) == 1 else "\n".join([f"{len(lines)} mistakes", *lines])


class InvalidOverrideError(ValueError):
    """An unknown or invalid option of a test; the message names its place and valid options."""


@dataclass(frozen=True)
class InitialFault:
    """A fault, or a preset by its name, that is active from the start; *source* is for errors."""

    source: str
    fault: Mapping[str, Any] | str

    def enable(self, world: MockApi) -> None:
        """Enable it in *world*. Raise `InvalidOverrideError` if the control API rejects it."""
        try:
            if isinstance(self.fault, str):
                world.preset(cast(PresetName, self.fault)).add()
            else:
                world.fault(**self.fault).add()
        except (MockApiError, TypeError, ValueError) as error:
            option = "presets" if isinstance(self.fault, str) else "faults"
            detail = error.detail if isinstance(error, MockApiError) else ""
            raise InvalidOverrideError(
                f"{self.source}: {option}: {self.fault!r}: {detail or error}"
            ) from None


@dataclass(frozen=True)
class WorldOverrides:
    """Settings of a world, and faults that are active from the start."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    faults: Sequence[InitialFault] = ()
    presets: Sequence[InitialFault] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    """Where each setting is given, for error messages."""

    @classmethod
    def parse(
        cls, given: Mapping[str, Any], where: str, known: Collection[str] = WORLD_SETTINGS
    ) -> "WorldOverrides":
        """Return the overrides *given* at *where*, which error messages name.

        *known* are the accepted settings. Raise `InvalidOverrideError` for an unknown option or
        an invalid value.
        """
        for name in given:
            if name not in known and name not in FAULT_OPTIONS:
                raise InvalidOverrideError(_unknown_option(name, where, known))
        settings = {name: value for name, value in given.items() if name not in FAULT_OPTIONS}
        if isinstance(settings.get("scenario"), os.PathLike):
            settings["scenario"] = os.fspath(settings["scenario"])
        faults = list(_as_list(given.get("faults", ()), "faults", where))
        presets = list(_as_list(given.get("presets", ()), "presets", where))
        for each in faults:
            if not isinstance(each, Mapping) or "kind" not in each:
                raise InvalidOverrideError(
                    f"{where}: faults: {each!r} is not a mapping with the key `kind`."
                )
        for each in presets:
            if not isinstance(each, str):
                raise InvalidOverrideError(f"{where}: presets: {each!r} is not a preset name.")
        return cls(
            _validated(settings, where),
            [InitialFault(where, each) for each in faults],
            [InitialFault(where, each) for each in presets],
            dict.fromkeys(settings, where),
        )

    def merged_over(self, base: "WorldOverrides") -> "WorldOverrides":
        """Return the settings of *base* replaced by these, and the faults of both, base first."""
        return WorldOverrides(
            {**base.settings, **self.settings},
            (*base.faults, *self.faults),
            (*base.presets, *self.presets),
            {**base.sources, **self.sources},
        )

    def apply_to(self, settings: Settings) -> Settings:
        """Return *settings* with the overridden values."""
        return settings.model_copy(update=dict(self.settings)) if self.settings else settings

    def enable_faults(self, world: MockApi) -> None:
        """Enable presets, then faults. Raise `InvalidOverrideError` if one is rejected."""
        for each in (*self.presets, *self.faults):
            each.enable(world)


def build_settings(
    given: Mapping[str, Any], where: str, option_sources: Mapping[str, str] | None = None
) -> Settings:
    """Return the settings *given* at *where*, completed from the environment.

    *option_sources* name where the environment variables come from, by setting. Raise
    `InvalidOverrideError` for invalid values.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        messages = _messages(error, given, where, option_sources or {})
        raise InvalidOverrideError(join_messages(messages)) from None


def require_control_api(settings: Settings) -> None:
    """Raise `InvalidOverrideError` if *settings* disable the control API."""
    if not settings.admin:
        raise InvalidOverrideError(
            "MOCKAPI_ADMIN=false disables the control API, which the fixtures need. Remove it."
        )


def _messages(
    error: ValidationError,
    given: Mapping[str, Any],
    where: str,
    option_sources: Mapping[str, str],
) -> Iterator[str]:
    """Yield one message per invalid setting; a union of types reports several errors for it."""
    by_setting: dict[str, list[ErrorDetails]] = {}
    for each in error.errors(include_url=False):
        by_setting.setdefault(str(each["loc"][0]), []).append(each)
    for name, found in by_setting.items():
        value = found[0]["input"]
        # The message already starts with the value.
        reasons = [describe_error(each) for each in found]
        message = describe_union_error(reasons, value).removesuffix(f", not {value!r}")
        if name in given:
            shown = "{...}" if isinstance(given[name], Mapping) else repr(given[name])
            yield f"{where}: {name}={shown}: {message}"
        else:
            source = option_sources.get(name, f"MOCKAPI_{name.upper()}")
            yield f"{source}: {value!r}: {message}"


def _validated(given: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    if not given:
        return {}
    settings = build_settings(given, where)
    return {name: getattr(settings, name) for name in given}


def _as_list(value: object, option: str, where: str) -> Iterable[Any]:
    if isinstance(value, (str, Mapping)) or not isinstance(value, Sequence):
        raise InvalidOverrideError(f"{where}: {option}: {value!r} is not a list.")
    return value


def _unknown_option(name: str, where: str, known: Iterable[str]) -> str:
    options = [*sorted(known), *FAULT_OPTIONS]
    return f"{where}: {name!r} is not an option. {suggestion(name, options)}"
