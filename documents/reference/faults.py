"""Page of faults: kinds with their settings, matching, conditions and presets."""

import json
from collections.abc import Iterator

from documents.markdown import block, code, page, prose
from documents.shapes import members
from mockapi.faults.fault_base import FaultBase, Stage
from mockapi.faults.kinds import KINDS
from mockapi.faults.model import Match, When
from mockapi.faults.parsing import FaultPreset, fault_presets

_SHARED = ("kind", "match", "when")


def page_text() -> str:
    order = " > ".join(stage.name.lower() for stage in Stage)
    return page(
        "Faults",
        "A fault is a kind with its settings, `match` (which requests match) and `when` (to which "
        "of those it is applied). Add faults in a scenario under `faults`, with "
        "`POST /__admin/faults` or with `mockapi.fault(...)`. The header `X-Mock-Fault` adds a "
        "fault to one request.",
        f"Faults are nested by stage, from the client inwards: {order}. Within a stage the fault "
        "that was added first is the outermost.",
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
    faults = [each.model_dump(mode="json", exclude_unset=True) for each in preset.faults]
    yield block("text", "\n".join(json.dumps(each) for each in faults))
