"""The page of faults: kinds with their settings, what they match, when they strike, presets."""

import json
from collections.abc import Iterator

from documents.markdown import block, code, page, prose
from documents.shapes import members
from mockapi.faults.base import FaultBase, Stage
from mockapi.faults.kinds import KINDS
from mockapi.faults.model import Match, When
from mockapi.faults.parsing import FaultPreset, fault_presets

_SHARED = ("kind", "match", "when")


def page_text() -> str:
    order = " > ".join(stage.name.lower() for stage in Stage)
    return page(
        "Faults",
        "A fault is a kind with its settings, `match` (which requests it is for) and `when` "
        "(which of those it strikes). Scenarios list them under `faults`; `POST /__admin/faults` "
        "and `mockapi.fault(...)` switch them on; the header `X-Mock-Fault` asks for one request's "
        "own.",
        f"From the client inwards faults wrap each other by stage: {order}. Within a stage the one "
        "that was switched on first is the outer one.",
        "## Match\n\n" + prose(Match.__doc__),
        members(Match.model_json_schema()),
        "## When\n\n" + prose(When.__doc__),
        members(When.model_json_schema()),
        "## Kinds",
        *(part for name, kind in KINDS.items() for part in _kind(name, kind)),
        "## Presets",
        *(part for name, preset in fault_presets().items() for part in _preset(name, preset)),
    )


def _kind(name: str, kind: type[FaultBase]) -> Iterator[str]:
    yield f"### `{name}`"
    below = " Needs a socket." if kind.model_construct().needs_socket else ""
    yield f"{prose(kind.__doc__)}\n\nStage: {kind.stage.name.lower()}.{below}"
    schema = kind.model_json_schema()
    own = {key: each for key, each in schema["properties"].items() if key not in _SHARED}
    yield members({**schema, "properties": own})


def _preset(name: str, preset: FaultPreset) -> Iterator[str]:
    yield f"### {code(name)}\n\n{preset.about[:1].upper()}{preset.about[1:]}."
    stated = [each.model_dump(mode="json", exclude_unset=True) for each in preset.faults]
    yield block("text", "\n".join(json.dumps(each) for each in stated))
