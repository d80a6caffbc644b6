"""The prebuilt state of the demo, which is data of the package."""

import json
from collections.abc import Iterator, Mapping

from mockapi.scenario.discovery import find_scenario
from mockapi.settings import Settings
from mockapi.store.row_dump import dump_rows
from mockapi.world.initial_state import PREBUILT_SCENARIO
from mockapi.world.seeded_state import SeededState, seed_initial_state

PATH = "mockapi/data/demo-state.json"


def files() -> Mapping[str, str]:
    return {PATH: "\n".join(_lines(seeded_demo())) + "\n"}


def seeded_demo() -> SeededState:
    """Return the state of the demo, seeded from its scenario, independent of the environment."""
    settings = Settings.model_construct(scenario=PREBUILT_SCENARIO)
    return seed_initial_state(settings, None, find_scenario(PREBUILT_SCENARIO))


def _lines(state: SeededState) -> Iterator[str]:
    """Yield the lines of the file, one per row, so that changes are readable."""
    if state.faults or state.timeline:
        raise ValueError("The prebuilt state cannot have faults or events.")
    dump = dump_rows(state.contents())
    yield "{"
    for name in ("access_token", "personal_token"):
        yield f' "{name}": {_json(getattr(state, name))},'
    yield f' "metadata": {_json(dict(state.metadata))},'
    yield ' "database": {'
    yield '  "schema": ['
    yield ",\n".join(f"   {_json(statement)}" for statement in dump["schema"])
    yield '  ],\n  "rows": {'
    tables = [
        f'   "{name}": [\n' + ",\n".join(f"    {_json(row)}" for row in rows) + "\n   ]"
        for name, rows in dump["rows"].items()
    ]
    yield ",\n".join(tables)
    yield "  }\n }\n}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
