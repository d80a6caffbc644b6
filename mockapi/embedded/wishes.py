"""Takes the words in which a test says what it wants, and tells of each that it cannot have."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from mockapi.handle import MockApi
from mockapi.settings import OF_A_WORLD, Settings

FAULT_WORDS = ("faults", "presets")


class WrongWish(ValueError):
    """What a test asks for there is not; says where, and what there is."""


@dataclass(frozen=True)
class Wish:
    """Settings, and faults that are on from the beginning."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    faults: Sequence[Mapping[str, Any]] = ()
    presets: Sequence[str] = ()

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
        faults = stated.get("faults", ())
        presets = stated.get("presets", ())
        for each in _listed(faults, "faults", where):
            if not isinstance(each, Mapping) or "kind" not in each:
                raise WrongWish(f"{where}: faults: {each!r} is no mapping with a `kind`.")
        for each in _listed(presets, "presets", where):
            if not isinstance(each, str):
                raise WrongWish(f"{where}: presets: {each!r} is no name.")
        return cls(_checked(settings, where), faults, presets)

    def over(self, below: "Wish") -> "Wish":
        """Return this wish laid over *below*: its settings win, its faults come later."""
        return Wish(
            {**below.settings, **self.settings},
            (*below.faults, *self.faults),
            (*below.presets, *self.presets),
        )

    def laid_over(self, settings: Settings) -> Settings:
        """Return *settings* with those of the wish in their place."""
        return settings.model_copy(update=dict(self.settings)) if self.settings else settings

    def switch_on(self, world: MockApi) -> None:
        """Let the faults strike in *world*; raises `MockApiError` for one that there is not."""
        for name in self.presets:
            world.preset(name).switch_on()
        for stated in self.faults:
            world.fault(**stated).switch_on()


def stated_settings(stated: Mapping[str, Any], where: str) -> Settings:
    """Return settings of what is *stated* and of the environment; raises `WrongWish`."""
    try:
        return Settings(**stated)
    except ValidationError as error:
        reasons = []
        for each in error.errors():
            name = str(each["loc"][0]) if each["loc"] else ""
            place = where if name in stated else f"MOCKAPI_{name.upper()}"
            told = f"{name}={stated[name]!r}: " if name in stated else ""
            reasons.append(f"{place}: {told}{each['msg']}")
        raise WrongWish("; ".join(reasons)) from error


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
    close = get_close_matches(word, words, n=1)
    advice = f"did you mean {close[0]}?" if close else f"it knows {', '.join(words)}."
    return f"{where} knows no {word!r}; {advice}"
