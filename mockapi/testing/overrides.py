"""Settings and faults that a test asks for, and the errors about them."""

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
from mockapi.domain.suggestions import nearest
from mockapi.domain.validation import describe_error, describe_union_error
from mockapi.scenario.discovery import ENDINGS, find, offered
from mockapi.scenario.errors import ScenarioError
from mockapi.settings import OF_A_WORLD, Settings


def absence(scenario: str, folders: Sequence[Path] = ()) -> str | None:
    """Return what to say of a *scenario* that is not to be found; None of one that is.

    A file was looked for in *folders*, too.
    """
    try:
        find(scenario)
    except ScenarioError as error:
        message = error.mistakes[0].message
    else:
        return None
    if scenario.endswith(ENDINGS):
        files = dict.fromkeys(
            os.path.abspath(folder / scenario)  # noqa: PTH100 - `..` is no part of an answer
            for folder in (*folders, Path())
        )
        return f"no such file; looked for {' and '.join(files)}"
    close = nearest(scenario, offered())
    return f"no such scenario; did you mean {close[0]}?" if close else message


def refusal(scenario: str, error: ScenarioError, folders: Sequence[Path] = ()) -> str:
    """Return why *scenario* is refused: it is not there, or it has mistakes."""
    absent = absence(scenario, folders)
    if absent is not None:
        return absent
    lines = str(error).splitlines()
    return lines[0] if len(lines) == 1 else "\n".join([f"{len(lines)} mistakes", *lines])


__tracebackhide__ = hide_client_frames

FAULT_WORDS = ("faults", "presets")


class WrongWish(ValueError):
    """What a test asks for there is not; says where, and what there is."""


@dataclass(frozen=True)
class Switch:
    """A fault, or a preset by its name, that is on from the beginning; *where* states it."""

    where: str
    stated: Mapping[str, Any] | str

    def turn(self, world: MockApi) -> None:
        """Let it strike in *world*; raises `WrongWish` for one that there is not."""
        try:
            if isinstance(self.stated, str):
                world.preset(cast(PresetName, self.stated)).add()
            else:
                world.fault(**self.stated).add()
        except (MockApiError, TypeError, ValueError) as error:
            word = "presets" if isinstance(self.stated, str) else "faults"
            told = error.detail if isinstance(error, MockApiError) else ""
            raise WrongWish(f"{self.where}: {word}: {self.stated!r}: {told or error}") from None


@dataclass(frozen=True)
class Wish:
    """Settings, and faults that are on from the beginning."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    faults: Sequence[Switch] = ()
    presets: Sequence[Switch] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    """Where each of the settings is stated."""

    @classmethod
    def of(
        cls, stated: Mapping[str, Any], where: str, known: Collection[str] = OF_A_WORLD
    ) -> "Wish":
        """Return the wish that the words *stated* make; *where* they stand is told in errors.

        *known* are the settings that may be stated. Raises `WrongWish`.
        """
        for word in stated:
            if word not in known and word not in FAULT_WORDS:
                raise WrongWish(_unknown(word, where, known))
        settings = {word: value for word, value in stated.items() if word not in FAULT_WORDS}
        if isinstance(settings.get("scenario"), os.PathLike):
            settings["scenario"] = os.fspath(settings["scenario"])
        faults = list(_listed(stated.get("faults", ()), "faults", where))
        presets = list(_listed(stated.get("presets", ()), "presets", where))
        for each in faults:
            if not isinstance(each, Mapping) or "kind" not in each:
                raise WrongWish(f"{where}: faults: {each!r} is no mapping with a `kind`.")
        for each in presets:
            if not isinstance(each, str):
                raise WrongWish(f"{where}: presets: {each!r} is no name.")
        return cls(
            _checked(settings, where),
            [Switch(where, each) for each in faults],
            [Switch(where, each) for each in presets],
            dict.fromkeys(settings, where),
        )

    def over(self, below: "Wish") -> "Wish":
        """Return this wish laid over *below*: its settings win, its faults come later."""
        return Wish(
            {**below.settings, **self.settings},
            (*below.faults, *self.faults),
            (*below.presets, *self.presets),
            {**below.places, **self.places},
        )

    def laid_over(self, settings: Settings) -> Settings:
        """Return *settings* with those of the wish in their place."""
        return settings.model_copy(update=dict(self.settings)) if self.settings else settings

    def switch_on(self, world: MockApi) -> None:
        """Let the faults strike in *world*; raises `WrongWish` for one that there is not."""
        for each in (*self.presets, *self.faults):
            each.turn(world)


def stated_settings(
    stated: Mapping[str, Any], where: str, speakers: Mapping[str, str] | None = None
) -> Settings:
    """Return settings of what is *stated* and of the environment; raises `WrongWish`.

    *speakers* are who says what the environment's variables say, by the settings' names.
    """
    try:
        return Settings(**stated)
    except ValidationError as error:
        mistakes = _mistakes(error, stated, where, speakers or {})
        raise WrongWish("; ".join(mistakes)) from None


def _mistakes(
    error: ValidationError, stated: Mapping[str, Any], where: str, speakers: Mapping[str, str]
) -> Iterator[str]:
    """Yield what is wrong with each setting, which may be that it is none of several things."""
    by_setting: dict[str, list[ErrorDetails]] = {}
    for each in error.errors(include_url=False):
        by_setting.setdefault(str(each["loc"][0]), []).append(each)
    for name, found in by_setting.items():
        value = found[0]["input"]
        # The value stands before all of its reasons.
        told = describe_union_error([describe_error(each) for each in found], value).removesuffix(
            f", not {value!r}"
        )
        if name in stated:
            yield f"{where}: {name}={stated[name]!r}: {told}"
        else:
            yield f"{speakers.get(name, f'MOCKAPI_{name.upper()}')}: {value!r}: {told}"


def _checked(stated: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    if not stated:
        return {}
    settings = stated_settings(stated, where)
    return {word: getattr(settings, word) for word in stated}


def _listed(stated: object, word: str, where: str) -> Iterable[Any]:
    if isinstance(stated, (str, Mapping)) or not isinstance(stated, Sequence):
        raise WrongWish(f"{where}: {word}: {stated!r} is no list.")
    return stated


def _unknown(word: str, where: str, known: Iterable[str]) -> str:
    words = [*sorted(known), *FAULT_WORDS]
    close = nearest(word, words)
    advice = f"did you mean {close[0]}?" if close else f"it knows {', '.join(words)}."
    return f"{where} knows no {word!r}; {advice}"
