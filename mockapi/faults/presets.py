"""Reads the presets: situations by name, each of some faults."""

import tomllib
from collections.abc import Mapping
from functools import cache

from pydantic import Field, TypeAdapter

from mockapi.faults import Fault
from mockapi.faults.model import Part
from mockapi.resources import DATA


class FaultPreset(Part):
    """A situation that clients meet, and the faults it is made of."""

    about: str
    faults: tuple[Fault, ...] = Field(min_length=1)


@cache
def fault_presets() -> Mapping[str, FaultPreset]:
    """Return the presets by name, read once."""
    data = tomllib.loads((DATA / "faults.toml").read_text("utf-8"))
    return TypeAdapter(dict[str, FaultPreset]).validate_python(data)


def fault_preset(name: str) -> FaultPreset:
    """Return the preset with that name; a stranger raises `LookupError` that lists them."""
    try:
        return fault_presets()[name]
    except KeyError as error:
        known = ", ".join(fault_presets())
        raise LookupError(f"No preset is named {name!r}; there are {known}.") from error
