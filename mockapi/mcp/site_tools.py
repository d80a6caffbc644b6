"""Tools for sites, meters, readings and scores."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from mockapi.domain.timestamps import parse_bound
from mockapi.mcp.results import (
    ExplanationResult,
    MeterResult,
    MetersResult,
    NewSiteResult,
    ReadingResult,
    ReadingsResult,
    SiteResult,
    SitesResult,
    fit,
)
from mockapi.mcp.scenario_tools import World
from mockapi.mcp.tool_client import Connect, with_more

SiteId = Annotated[str, Field(description="Id of a site of `list_sites`.")]
Instant = Annotated[str, AfterValidator(lambda text: parse_bound(text).isoformat())]
_DEFAULT_PERIOD = timedelta(days=7)
_FIRST = datetime.min.replace(tzinfo=UTC)


class SiteTools:
    """Tools that read and change the data of a world."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def list_sites(
        self,
        customer: Annotated[
            str | None, Field(description="Only those of the customer with this e-mail address.")
        ] = None,
        world: World = None,
    ) -> SitesResult:
        """List the sites (buildings) of a world with their ids."""
        found = [
            SiteResult.model_validate(each)
            for each in self._connect(world).sites()
            if customer in (None, each["customer"])
        ]
        return fit(lambda items, omitted: SitesResult(sites=items, omitted=omitted), found)

    def list_meters(self, site: SiteId, world: World = None) -> MetersResult:
        """List the meters of a site, with the keys under which their readings are published."""
        found = [_meter(each) for each in self._connect(world).site(site)["meters"]]
        return fit(
            lambda items, omitted: MetersResult(site=site, meters=items, omitted=omitted), found
        )

    def get_readings(
        self,
        *,
        site: SiteId,
        key: Annotated[str, Field(description="Key of a timeseries of `list_meters`.")],
        interval: Annotated[
            Literal["PT15M", "PT1H", "P1D", "P1M"],
            Field(
                description="Readings are added up (or averaged) over this interval; "
                "over a longer one for long periods."
            ),
        ] = "P1D",
        since: Annotated[
            Instant | None, Field(description="RFC 3339 instant. Default: a week before the end.")
        ] = None,
        until: Annotated[
            Instant | None,
            Field(description="RFC 3339 instant, exclusive. Default: the world's time."),
        ] = None,
        world: World = None,
    ) -> ReadingsResult:
        """Read a timeseries, aggregated, with its total, minimum, maximum and number of gaps.

        The client under test reads the same data from the operation `listMetrics`.
        """
        client = self._connect(world)
        end = until or client.clock.now().isoformat()
        ends_at = datetime.fromisoformat(end)
        start = since or (ends_at - min(_DEFAULT_PERIOD, ends_at - _FIRST)).isoformat()
        found = client.series(site, key, since=start, until=end, interval=interval)
        known = [each for each in found["values"] if each is not None]
        return fit(
            lambda items, omitted: ReadingsResult(
                key=key,
                measurement=found["measurement"],
                unit=found["unit"],
                interval=found["interval"],
                count=len(known),
                total=round(sum(known), 6),
                minimum=min(known, default=None),
                maximum=max(known, default=None),
                gaps=len(found["gaps"]),
                readings=items,
                omitted=omitted,
            ),
            [
                ReadingResult(date=datetime.fromtimestamp(at, UTC).isoformat(), value=value)
                for at, value in zip(found["dates"], found["values"], strict=True)
            ],
        )

    def add_site(
        self,
        *,
        building: Annotated[str, Field(description="Building, such as office, hotel or school.")],
        city: Annotated[str, Field(description="City, such as Lyon or Boston.")],
        customer: Annotated[
            str | None, Field(description="Owner's id or e-mail. Default: the first customer.")
        ] = None,
        registered: Annotated[
            bool, Field(description="True if readings are available, as after a registration.")
        ] = False,
        keys: Annotated[
            dict[str, Any] | None,
            Field(description="Further keys of a scenario's site: area, name, meters, defects."),
        ] = None,
        world: World = None,
    ) -> NewSiteResult:
        """Add a site with generated meters and readings. Other values are drawn from the seed."""
        client = self._connect(world)
        site = {"building": building, "city": city, "registered": registered, "customer": customer}
        added = client.add_site(**with_more(site, "keys", keys))
        return NewSiteResult(
            id=added["id"],
            name=added.get("name"),
            type=added.get("type"),
            sites=len(client.sites()),
        )

    def explain_score(
        self,
        *,
        site: SiteId,
        date: Annotated[str, Field(description="Date of the score, such as 2026-05-31.")],
        type: Annotated[Literal["daily", "monthly"], Field(description="Type of the score.")],
        category: Annotated[str, Field(description="Such as energy, water, waste or electricity.")],
        world: World = None,
    ) -> ExplanationResult:
        """Explain how a performance score of a site was calculated, step by step.

        The score must be published. If it is not, the error says why.
        """
        found = self._connect(world).explain(site, date, type=type, category=category)
        steps: Sequence[Mapping[str, Any]] = [*found["steps"], *found["components"]]
        return fit(
            lambda items, omitted: ExplanationResult(
                score=found["score"],
                origin=found["origin"],
                disclaimer=found["disclaimer"],
                curve=found["curve"],
                steps=[dict(each) for each in items],
                omitted=omitted,
            ),
            steps,
        )


def _meter(found: Mapping[str, Any]) -> MeterResult:
    keys = {
        f"{each['name']} ({each['unit']})" if each["unit"] else each["name"]: each["key"]
        for each in found["measurements"]
    }
    named = {name: found[name] for name in ("id", "name", "commodity", "usage", "interval")}
    return MeterResult(**named, keys=keys)
