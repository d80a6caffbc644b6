"""Shapes the small parts that scenarios are spelled in: words, texts, instants, names of data."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue

from mockapi.domain.buildings import building_types, places
from mockapi.domain.catalog import catalog, presets
from mockapi.domain.factors import benchmarks
from mockapi.domain.patterns import CLIENT, EMAIL, MEANINGS, REDIRECT_URI, SECRET, WORD
from mockapi.domain.suggestions import nearest
from mockapi.domain.validation import StrictModel, must_be


def _stands_in_paths(word: str) -> str:
    if word in (".", ".."):
        raise ValueError(must_be(MEANINGS[WORD], word))
    return word


Word = Annotated[
    str, StringConstraints(pattern=WORD, max_length=200), AfterValidator(_stands_in_paths)
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Secret = Annotated[str, StringConstraints(pattern=SECRET)]
"""A token as real ones look, 28 alphanumerics, and visibly fake."""
Email = Annotated[str, StringConstraints(pattern=EMAIL, max_length=200)]
RedirectUri = Annotated[str, StringConstraints(pattern=REDIRECT_URI, max_length=2_000)]
ClientWord = Annotated[str, StringConstraints(pattern=CLIENT)]
"""The id or the secret of a client."""
Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Quantity = Annotated[float, Field(ge=-1e15, le=1e15)]
"""What a reading or a register may hold: sums of a year stay exact to the unit."""
Share = Annotated[float, Field(gt=0, le=1)]
History = Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(days=36_525))]


EXTENSION = "x-"


class Spec(StrictModel):
    """A part of a scenario: frozen, and closed to unknown keys but those that begin with `x-`."""

    model_config = ConfigDict(json_schema_extra={"patternProperties": {f"^{EXTENSION}": {}}})

    @model_validator(mode="before")
    @classmethod
    def _without_extensions(cls, stated: Any) -> Any:
        """Ignore keys such as those of compose files, which hold anchors for the rest."""
        if isinstance(stated, dict) and any(key.startswith(EXTENSION) for key in stated):
            return {key: stated[key] for key in stated if not key.startswith(EXTENSION)}
        return stated


def some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    # Not min_length: pydantic would count the items that are right and complain of those too few.
    if not values:
        raise ValueError("must hold at least one item")
    return values


def each_once(*names: str) -> AfterValidator:
    """Return what refuses a tuple in which two items are alike in all fields of *names*."""

    def check(items: tuple[Any, ...]) -> tuple[Any, ...]:
        seen = set()
        for item in items:
            values = tuple(getattr(item, name) for name in names)
            if values in seen:
                told = ", ".join(
                    f"{name} {value}" for name, value in zip(names, values, strict=True)
                )
                raise ValueError(f"{told} is stated before")
            seen.add(values)
        return items

    return AfterValidator(check)


LISTS = ("benchmark", "building", "city", "country", "preset", "usage")
"""What words are listed of."""


class Listed:
    """Tells editors, in the JSON Schema, which words there are; *others* if any word goes."""

    def __init__(self, name: str, *, others: bool = False) -> None:
        self._name = name
        self._others = others

    def __get_pydantic_json_schema__(
        self, core_schema: Any, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        words = self.words()
        return {"anyOf": [words, handler(core_schema)]} if self._others else words

    def words(self) -> JsonSchemaValue:
        """Return the JSON Schema of the words alone, each with what is said of it."""
        if self._name == "preset":
            return {
                "oneOf": [
                    {"const": name, "description": preset.about}
                    for name, preset in presets().items()
                ]
            }
        return {"type": "string", "enum": _words(self._name)}


def _words(name: str) -> list[str]:
    if name == "usage":
        return list(catalog().by_usage())
    if name == "country":
        return sorted({place.country for place in places().values()})
    listed = {
        "benchmark": benchmarks,
        "building": building_types,
        "city": places,
        "preset": presets,
    }
    return list(listed[name]())


def _known_in(name: str, most: int = 30) -> AfterValidator:
    def know(value: str) -> str:
        known = _words(name)
        if value not in known:
            raise UnknownNameError(name, value, known, most)
        return value

    return AfterValidator(know)


class UnknownNameError(ValueError):
    """A name that is not in a list; the nearest ones are looked for when the error is shown.

    Most of very many errors are never shown.
    """

    def __init__(
        self, what: str, value: str, known: list[str], most: int = 30, advice: str = ""
    ) -> None:
        super().__init__(what, value)
        self._known = known
        self._most = most
        self._advice = advice

    def __str__(self) -> str:
        what, value = self.args
        near = choices(value, self._known, self._most)
        return f"{what} {value!r} is not known; {near}{self._advice}"


def choices(value: str, known: list[str], most: int = 30) -> str:
    """Say what *value* may have been meant for: all that is *known*, or the nearest of many."""
    if len(known) <= most:
        return f"known are {', '.join(known)}"

    plain = {each.casefold(): each for each in known}
    near = [plain[each] for each in nearest(value.casefold(), plain, 3, cutoff=0.75)]
    asked = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{asked}{len(known)} are known, `mockapi schema` lists them"


Benchmark = Annotated[str, _known_in("benchmark"), Listed("benchmark")]
Building = Annotated[str, _known_in("building"), Listed("building")]
City = Annotated[str, StringConstraints(min_length=1, max_length=500), Listed("city", others=True)]
GazetteerCity = Annotated[str, _known_in("city"), Listed("city")]
Country = Annotated[str, _known_in("country"), Listed("country")]
Usage = Annotated[
    str, StringConstraints(min_length=1, max_length=500), Listed("usage", others=True)
]
Preset = Annotated[str, _known_in("preset"), Listed("preset")]
