"""Says which defects strike which of a site's meters."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from pydantic import TypeAdapter
from pydantic_core import from_json

from mockapi.domain import ids
from mockapi.domain.catalog import catalog
from mockapi.scenario.defects import AnyDefect, ByKind, SwappedMeters
from mockapi.series.channel import Channel
from mockapi.series.defects import Defect
from mockapi.series.place import SiteFacts
from mockapi.store.tables import meters as tables
from mockapi.store.tables.meters import Meter

_BITS = 1 << 63


@cache
def _adapter() -> TypeAdapter[AnyDefect]:
    return TypeAdapter(ByKind)


def spec_of(row: tables.Defect) -> AnyDefect:
    """Return a kept defect as a scenario says it; what else it says is settled by its meter."""
    stated = {"kind": row.kind, "at": row.at, "rate": row.rate, "for": row.lasting_seconds}
    return _adapter().validate_python(
        {name: value for name, value in stated.items() if value is not None}
        | from_json(row.settings),
    )


def defects_of(
    rows: Sequence[tables.Defect], meters: Sequence[Meter], facts: SiteFacts
) -> Mapping[str, tuple[Defect, ...]]:
    """Return the defects of each meter by its id; swapped meters both have theirs.

    Two meters of a site never go wrong by the same chance, and neither do two defects of one.
    """
    found: dict[str, list[Defect]] = defaultdict(list)
    before: dict[tuple[str, str | None], int] = defaultdict(int)
    for row in rows:
        spec = spec_of(row)
        number = before[row.kind, row.meter_id]
        before[row.kind, row.meter_id] += 1
        name = ("defect", facts.site_id, row.kind, number)
        if isinstance(spec, SwappedMeters):
            pair = _pair(spec, row.meter_id, meters, (facts.seed, name))
            seed = ids.number(facts.seed, *name, *(each.id for each in pair), below=_BITS)
            for one, other in (pair, pair[::-1]) if pair else ():
                found[one.id].append(Defect(spec, seed, _channel(facts, other), other.id))
            continue
        for meter in meters:
            if row.meter_id in (None, meter.id) and meter.usage in catalog().by_usage():
                seed = ids.number(facts.seed, *name, row.meter_id is None, meter.id, below=_BITS)
                found[meter.id].append(Defect(spec, seed))
    return {meter_id: tuple(defects) for meter_id, defects in found.items()}


def _pair(
    spec: SwappedMeters, meter_id: str | None, meters: Sequence[Meter], drawn: tuple[int, object]
) -> tuple[Meter, ...]:
    """Return the two meters that are swapped; none where there are no two."""
    known = catalog().by_usage()
    able = [each for each in meters if each.parent_id is None and each.usage in known]
    if meter_id is None and able:
        meter_id = able[ids.number(*drawn, "one", below=len(able))].id
    one = next((each for each in able if each.id == meter_id), None)
    others = [each for each in able if each is not one]
    if spec.other is not None:
        others = [each for each in others if each.usage == spec.other]
    if one is None or not others:
        return ()
    # Those of one commodity stand side by side, and are the likeliest to be mistaken.
    near = [each for each in others if each.commodity == one.commodity] or others
    return one, near[ids.number(*drawn, one.id, "other", below=len(near))]


def _channel(facts: SiteFacts, meter: Meter) -> Channel:
    return Channel(facts, meter.id, meter.usage, catalog().by_usage()[meter.usage].measurement)
