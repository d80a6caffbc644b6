"""Field types of scenarios: texts, numbers, and names from the catalogs."""

from collections.abc import Sequence
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
from mockapi.domain.text_matching import (
    CLIENT,
    EMAIL,
    MEANINGS,
    REDIRECT_URI,
    SECRET,
    WORD,
    join_messages,
    suggestion,
)
from mockapi.domain.validation import StrictModel, must_be


def _require_no_dots(text: str) -> str:
    if text in (".", ".."):
        raise ValueError(must_be(MEANINGS[WORD], text))
    return text


PathSegment = Annotated[
    str, StringConstraints(pattern=WORD, max_length=200), AfterValidator(_require_no_dots)
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Secret = Annotated[str, StringConstraints(pattern=SECRET)]
"""A token of 28 alphanumeric characters, like real ones, that is visibly fake."""
Email = Annotated[str, StringConstraints(pattern=EMAIL, max_length=200)]
RedirectUri = Annotated[str, StringConstraints(pattern=REDIRECT_URI, max_length=2_000)]
ClientCredential = Annotated[str, StringConstraints(pattern=CLIENT)]
"""The id or secret of a client."""
Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Quantity = Annotated[float, Field(ge=-1e15, le=1e15)]
"""The value of a reading or register; limited so that sums of a year are exact."""
Share = Annotated[float, Field(gt=0, le=1)]


LONGEST_HISTORY = timedelta(days=3_653)
"""Ten years: the scores of a century would take half a minute."""


def _check_history(history: timedelta) -> timedelta:
    if not timedelta(0) <= history <= LONGEST_HISTORY:
        raise ValueError(
            f"must be a duration of at most ten years. Use P{LONGEST_HISTORY.days}D or less."
        )
    return history


History = Annotated[timedelta, AfterValidator(_check_history)]
"""The time before a registration whose readings it delivers."""


EXTENSION = "x-"


class Spec(StrictModel):
    """Base model for the parts of a scenario: frozen, unknown keys forbidden except for `x-...`."""

    model_config = ConfigDict(json_schema_extra={"patternProperties": {f"^{EXTENSION}": {}}})

    @model_validator(mode="before")
    @classmethod
    def _without_extensions(cls, value: Any) -> Any:
        """Remove keys that begin with `x-`, which can define anchors as in compose files."""
        if isinstance(value, dict) and any(key.startswith(EXTENSION) for key in value):
            return {key: value[key] for key in value if not key.startswith(EXTENSION)}
        return value


def require_non_empty(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return *values*. Raise `ValueError` if there are none."""
    # Not min_length: pydantic would count valid items only, and report too few of them.
    if not values:
        raise ValueError("the list is empty. Add an item.")
    return values


def unique_by(*names: str) -> AfterValidator:
    """Return a validator of tuples whose items must differ in at least one field of *names*."""

    def check(items: tuple[Any, ...]) -> tuple[Any, ...]:
        seen = set()
        for item in items:
            values = tuple(getattr(item, name) for name in names)
            if values in seen:
                fields = ", ".join(
                    f"{name} {value}" for name, value in zip(names, values, strict=True)
                )
                raise ValueError(f"{fields} is used more than once. Remove one.")
            seen.add(values)
        return items

    return AfterValidator(check)


LISTS = ("benchmark", "building", "city", "country", "preset", "usage")
"""Kinds of names that the JSON Schema lists."""


class EnumSchema:
    """JSON Schema of a name, with the list of known ones; *others* allows any other text."""

    def __init__(self, name: str, *, others: bool = False) -> None:
        self._name = name
        self._others = others

    def __get_pydantic_json_schema__(
        self, core_schema: Any, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        values = self.values()
        return {"anyOf": [values, handler(core_schema)]} if self._others else values

    def values(self) -> JsonSchemaValue:
        """Return the JSON Schema of the known names, those of presets with descriptions."""
        if self._name == "preset":
            return {
                "oneOf": [
                    {"const": name, "description": preset.about}
                    for name, preset in presets().items()
                ]
            }
        return {"type": "string", "enum": _known_names(self._name)}


def _known_names(name: str) -> list[str]:
    if name == "usage":
        return list(catalog().by_usage())
    if name == "country":
        return sorted({place.country for place in places().values()})
    tables = {
        "benchmark": benchmarks,
        "building": building_types,
        "city": places,
        "preset": presets,
    }
    return list(tables[name]())


def _must_be_known(name: str, most: int = 30) -> AfterValidator:
    def check(value: str) -> str:
        known = _known_names(name)
        if value not in known:
            raise UnknownNameError(name, value, known, most)
        return value

    return AfterValidator(check)


class UnknownNameError(ValueError):
    """A name that is not in a list of known names.

    *place* is that of a `MemberError`. The similar names are searched when the message is
    formatted, because most of many errors are never shown.
    """

    def __init__(
        self,
        what: str,
        value: str,
        known: list[str],
        most: int = 30,
        *,
        advice: str = "",
        place: Sequence[str] = (),
    ) -> None:
        super().__init__(what, value)
        self._known = known
        self._most = most
        self._advice = advice
        self.place = place

    def __str__(self) -> str:
        what, value = self.args
        near = suggest_values(value, self._known, self._most)
        return f"{value!r} is not a known {what}. {near}{self._advice}"


def suggest_values(value: str, known: list[str], most: int = 30) -> str:
    """Return the advice for the unknown *value*, with at most *most* of the *known* ones."""
    if len(known) <= most:
        return suggestion(value, known)
    question = suggestion(value, known, "")
    return join_messages([question, f"`mockapi schema` lists all {len(known)}."])


Benchmark = Annotated[str, _must_be_known("benchmark"), EnumSchema("benchmark")]
Building = Annotated[str, _must_be_known("building"), EnumSchema("building")]
City = Annotated[
    str, StringConstraints(min_length=1, max_length=500), EnumSchema("city", others=True)
]
GazetteerCity = Annotated[str, _must_be_known("city"), EnumSchema("city")]
Country = Annotated[str, _must_be_known("country"), EnumSchema("country")]
Usage = Annotated[
    str, StringConstraints(min_length=1, max_length=500), EnumSchema("usage", others=True)
]
Preset = Annotated[str, _must_be_known("preset"), EnumSchema("preset")]
