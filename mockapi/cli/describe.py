"""The command `mockapi describe`: customers, sites and meters of a world as text or as JSON."""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from mockapi.cli import completers
from mockapi.cli.options import open_world, settings_of
from mockapi.domain import timestamps
from mockapi.store.tables import Customer, Meter, Site
from mockapi.world.world import World

_BARS, _ASCII_BARS = "▁▂▃▄▅▆▇█", "_.-:=+*#"
_MANY = 40
_DRAWN = 10
_COLUMNS = ("site", "building", "city", "area", "registered", "meters", "defects")
_RIGHT = {"area", "meters", "defects"}


@click.command(epilog="Example: mockapi describe portfolio")
@click.argument("scenario", shell_complete=completers.scenarios)
@click.option("--seed", default=None, metavar="VALUE", help="Seed of the world.")
@click.option("--json", "as_json", is_flag=True, help="Print all sites and meters as JSON.")
@click.option("--all", "all_sites", is_flag=True, help="List all sites.")
@click.option(
    "--meters/--no-meters",
    default=None,
    help="Show the meters of all listed sites, or none; by default those of the first sites.",
)
def describe(
    *, scenario: str, seed: str | None, as_json: bool, all_sites: bool, meters: bool | None
) -> None:
    """Show the customers, sites and meters of SCENARIO.

    Each meter has a line with a sparkline of its last twelve months, and of its week if the
    terminal is at least 110 columns wide.
    """
    with closing(open_world(settings_of({"scenario": scenario, "seed": seed}))) as world:
        if as_json:
            click.echo(json.dumps(_as_json_object(world), indent=2, ensure_ascii=False))
            return
        options = _RenderOptions(
            width=shutil.get_terminal_size().columns,
            bars=_BARS if _can_print(_BARS) else _ASCII_BARS,
            all_sites=all_sites,
            meters=meters,
        )
        for line in _as_text(world, options):
            click.echo(line)


def _can_print(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _as_json_object(world: World) -> dict[str, Any]:
    """Return the world with all sites and meters as one JSON object."""
    return {
        "scenario": world.scenario_name,
        "description": world.scenario.description,
        "seed": world.seed,
        "edition": world.edition.name,
        "now": world.now().isoformat().replace("+00:00", "Z"),
        "customers": [
            {
                "email": customer.email,
                "name": customer.name,
                "sites": [_site(world, site) for site in _own(world, customer)],
            }
            for customer in world.store.customers()
        ],
    }


def _site(world: World, site: Site) -> dict[str, Any]:
    return {
        "id": site.id,
        "name": site.name,
        "building": site.building,
        "type": site.type,
        "city": site.city,
        "country": site.country_iso_code,
        "area": site.gross_area,
        "registered": site.registered_at is not None,
        "meters": [_meter(meter) for meter, _ in world.store.meters(site.id)],
        "defects": [defect.kind for defect in world.store.defects(site.id)],
        "causes": [
            {
                "kind": each.kind,
                "begins_at": timestamps.format_seconds(each.begins),
                "ends_at": None if each.ends is None else timestamps.format_seconds(each.ends),
                "factors": each.factors,
            }
            for each in world.reader.causes(site)
        ],
    }


def _meter(meter: Meter) -> dict[str, Any]:
    view = {"name": meter.name, "commodity": meter.commodity, "usage": meter.usage}
    return view if meter.parent_id is None else {**view, "share": meter.share}


def _own(world: World, customer: Customer) -> Sequence[Site]:
    return [site for site in world.store.sites(customer.id) if site.customer_id == customer.id]


@dataclass(frozen=True)
class _RenderOptions:
    """Options of the text.

    *bars* are the characters of a sparkline from low to high. *meters* shows all meters or none;
    by default, only those of the first sites if there are many.
    """

    width: int
    bars: str
    all_sites: bool
    meters: bool | None


def _as_text(world: World, options: _RenderOptions) -> Iterator[str]:
    """Yield the lines of the text; if there are many sites, the first ones and counts."""
    yield f"{world.scenario_name}: {world.scenario.description or 'a world'}"
    yield f"seed {world.seed}, edition {world.edition.name}, at {world.now():%Y-%m-%d %H:%M} UTC"
    for customer in world.store.customers():
        own = _own(world, customer)
        seen = len(world.store.sites(customer.id)) - len(own)
        others = f", sees {seen} of other customers" if seen else ""
        yield ""
        yield f"{customer.name} <{customer.email}>: {len(own)} sites{others}"
        if not own:
            continue
        shown = own if options.all_sites or len(own) <= _MANY else own[: _MANY // 2]
        yield ""
        yield from _table([_row(world, site) for site in shown])
        if len(shown) < len(own):
            yield f"  ... and {len(own) - len(shown)} more; --all lists them"
            yield from _counts(own)
        if options.meters is not False:
            yield from _meters(world, own, shown, options)


def _meters(
    world: World, own: Sequence[Site], shown: Sequence[Site], options: _RenderOptions
) -> Iterator[str]:
    """Yield a line per meter of the *shown* sites, or of the first ones if *own* are many."""
    # Imported lazily: numpy is not needed to count sites and meters.
    from mockapi.cli.sparklines import heading, sparklines

    left = _DRAWN if options.meters is None and len(own) > _MANY else None
    drawn = 0
    yield ""
    yield heading(world.now(), options.width)
    for site in shown:
        if left is not None and left <= 0:
            break
        yield f"  {site.name or site.id}"
        for line in sparklines(world, site, options.width, options.bars):
            yield f"    {line}".rstrip()
        for each in world.reader.causes(site):
            # An interval of ISO 8601, to stay within 80 columns; open if the change lasts.
            begins = _local_date(site, each.begins)
            ends = ".." if each.ends is None else _local_date(site, each.ends)
            yield f"    {begins}/{ends}  {each.kind}: {_amounts(each.factors.items())}"
        drawn += 1
        left = None if left is None else left - len(world.store.meters(site.id))
    if drawn < len(shown):
        yield f"  ... meters of the first {drawn} sites; --meters shows those of all listed sites"


def _local_date(site: Site, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(site.timezone or 'UTC')):%Y-%m-%d}"


def _amounts(factors: Iterable[tuple[str, float]]) -> str:
    """Return *factors* in one line; hours are a difference."""
    return ", ".join(
        f"{what} {by:+.1f}" if what == "hours" else f"{what} {by:.2f}" for what, by in factors
    )


def _row(world: World, site: Site) -> dict[str, str]:
    return {
        "site": site.name or site.id,
        "building": site.building or site.type,
        "city": f"{site.city or '-'} {site.country_iso_code or ''}".strip(),
        "area": f"{site.gross_area or 0:,} m2",
        "registered": "yes" if site.registered_at is not None else "no",
        "meters": str(len(world.store.meters(site.id))),
        "defects": str(len(world.store.defects(site.id))),
    }


def _counts(sites: Sequence[Site]) -> Iterator[str]:
    registered = sum(site.registered_at is not None for site in sites)
    yield ""
    for what, values in (
        ("buildings", Counter(site.building or site.type for site in sites)),
        ("countries", Counter(site.country_iso_code or "-" for site in sites)),
    ):
        yield f"  {what}: {', '.join(f'{name} {count}' for name, count in values.most_common())}"
    yield f"  registered: {registered}"


def _table(rows: Sequence[dict[str, str]]) -> Iterator[str]:
    rows = [dict(zip(_COLUMNS, _COLUMNS, strict=True)), *rows]
    widths = {name: max(len(row[name]) for row in rows) for name in _COLUMNS}
    for row in rows:
        cells = (
            row[name].rjust(widths[name]) if name in _RIGHT else row[name].ljust(widths[name])
            for name in _COLUMNS
        )
        yield f"  {'  '.join(cells)}".rstrip()
