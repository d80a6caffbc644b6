"""Events at sites and their effects on readings."""

import pytest
from clock_steps import PARTNER, advance
from story_steps import (
    AIR,
    COLD,
    GAS,
    GRID,
    REACTIVE,
    SITES,
    SORTED,
    SUN,
    WASTE,
    WATER,
    ZONE,
    between,
    came,
    events,
    ratio,
    values,
    without_and_with_events,
)

from mockapi.scenario.errors import ScenarioError

THEN, OVER = "2026-06-08T00:00:00Z", "2026-06-13T00:00:00Z"
HEAT = "District Hot Water"
WEEK_LATER = "at: 2026-06-08T00:00:00Z"


def test_gateway_outage_delays_all_readings(open_world):
    outage = "event: gateway_outage, site: The Tower, at: 2026-06-03T10:00:00Z, for: P2DT2H"
    world, as_ever = open_world(events(outage)), open_world(events())
    advance(world, "P2DT12H")
    advance(as_ever, "P2DT12H")
    silent = {"gte": "2026-06-03T10:00:00Z", "lt": "2026-06-05T12:00:00Z"}
    assert came(world, **silent) == {}
    assert set(came(as_ever, **silent)) >= {GRID, WATER, AIR}
    assert max(values(world)[GRID]) == "2026-06-03T09:30:00Z"
    assert came(world, "annexe") == came(as_ever, "annexe")

    advance(world, "P3D")
    advance(as_ever, "P3D")
    assert values(world) == values(as_ever)
    (at_once,) = {
        stamp
        for date, (stamp, _) in came(world)[GRID].items()
        if "2026-06-03T10:00:00Z" <= date < "2026-06-05T11:45:00Z"
    }
    assert at_once == "2026-06-05T12:10:00Z"


def test_late_and_restated_values_wait_for_the_gateway(open_world):
    world = open_world(
        events(
            "event: gateway_outage, site: tower, at: 2026-06-08T00:00:00Z, for: P5D",
            arrival="{late: 0.5, estimated: 0.4, restated: 1, silent: 0.5}",
        )
    )
    advance(world, "P60D")
    assert came(world, gte=THEN, lt=OVER) == {}
    stamps = [stamp for series in came(world).values() for stamp, _ in series.values()]
    assert min(stamps) < THEN < OVER <= max(stamps)


def test_site_registered_in_an_outage_is_backfilled_later(open_world):
    text = events("event: gateway_outage, site: tower, after: PT1H, for: P1D").replace(
        "registered: true,\n", "\n"
    )
    world = open_world(text)
    advance(world, "PT2H")
    project = {"leedId": 1, "leedName": "Tower"}
    world.post(f"{SITES}/tower/scoring-providers", json=project, headers=PARTNER)
    advance(world, "PT22H")
    assert came(world) == {}
    advance(world, "PT1H")
    assert min(values(world)[GRID]) == "2026-05-22T02:00:00Z"


def test_replaced_meter_leaves_a_gap_and_has_its_own_gain(open_world):
    event = (
        f"event: meter_replacement, site: The Tower, usage: {GRID}, {WEEK_LATER}, gap: PT6H, "
        "gain: 0.5, resolution: 1"
    )
    before, after = without_and_with_events(open_world, event)
    assert between(after[GRID], "2", THEN) == between(before[GRID], "2", THEN)
    assert between(after[GRID], THEN, "2026-06-08T06:00:00Z") == []
    late = between(after[GRID], "2026-06-08T06:00:00Z")
    assert late == [round(each * 0.5) for each in between(before[GRID], "2026-06-08T06:00:00Z")]
    others = after.keys() - {GRID, REACTIVE}
    assert {name: after[name] for name in others} == {name: before[name] for name in others}


def test_defects_list_a_replaced_meter(open_world):
    world = open_world(
        events(f"event: meter_replacement, site: tower, usage: {GRID}, {WEEK_LATER}, gain: 0.9")
    )
    assert world.get("/__admin/defects").json()["defects"] == []
    advance(world, "P10D")
    found = world.get("/__admin/defects").json()["defects"]
    assert {
        (each["site"], each["kind"], each["begin"], each["settings"]["gain"]) for each in found
    } == {("tower", "meter_replacement", THEN, 0.9)}


def test_fewer_people_lower_use_waste_and_co2(open_world):
    before, after = without_and_with_events(
        open_world, f"event: occupancy_change, site: tower, factor: 0.3, {WEEK_LATER}"
    )
    assert {name: between(each, "2", THEN) for name, each in after.items()} == {
        name: between(each, "2", THEN) for name, each in before.items()
    }
    assert 0.2 < ratio(WATER, before, after, THEN) < 0.7
    assert 0.5 < ratio(GRID, before, after, THEN) < 0.97
    assert ratio(AIR, before, after, THEN) < 0.95
    assert 0.2 < ratio(WASTE, before, after, "2026-06-15") < 0.4
    assert between(after[SUN], THEN) == between(before[SUN], THEN)
    assert all(sorted_ <= after[WASTE][date] for date, sorted_ in after[SORTED].items())


def test_occupancy_returns_after_its_change(open_world):
    before, after = without_and_with_events(
        open_world, f"event: occupancy_change, site: tower, factor: 2, {WEEK_LATER}, for: P5D"
    )
    assert 1.5 < ratio(WATER, before, after, THEN, OVER) <= 2.1
    assert ratio(AIR, before, after, THEN, OVER) > 1.05
    for name in (GRID, WATER):
        assert between(after[name], "2026-06-14") == between(before[name], "2026-06-14")


def test_retrofit_saves_a_fifth_of_electricity_and_fuels(open_world):
    usages = (GRID, HEAT, COLD, WATER, AIR)
    event = f"event: retrofit, site: tower, savings: 0.2, {WEEK_LATER}"
    before, after = without_and_with_events(open_world, event, usages=usages)
    for name in (GRID, HEAT, COLD):
        assert between(after[name], "2", THEN) == between(before[name], "2", THEN)
        # In June heat has so few counts that their rounding shows.
        within = 0.04 if name == HEAT else 0.005
        assert ratio(name, before, after, THEN) == pytest.approx(0.8, abs=within)
    assert {name: after[name] for name in (WATER, AIR)} == {
        name: before[name] for name in (WATER, AIR)
    }


def test_retrofit_of_water_saves_only_water(open_world):
    event = f"event: retrofit, site: tower, savings: 0.5, of: [water], {WEEK_LATER}"
    before, after = without_and_with_events(open_world, event, usages=(GRID, WATER))
    assert ratio(WATER, before, after, THEN) == pytest.approx(0.5, abs=0.02)
    assert after[GRID] == before[GRID]


@pytest.mark.parametrize("where", ["city: Lyon", "country: FR", "sites: [The Tower]"])
def test_heat_wave_increases_temperature_and_cooling(open_world, where):
    event = f"event: heat_wave, {where}, degrees: 10, {WEEK_LATER}, for: P5D"
    before, after = without_and_with_events(open_world, event, usages=(GRID, GAS, AIR, COLD))
    assert {name: between(each, "2", THEN) for name, each in after.items()} == {
        name: between(each, "2", THEN) for name, each in before.items()
    }
    assert ratio(COLD, before, after, THEN, OVER) > 1.3
    # The site purchases its cold; pumps and fans use little electricity.
    assert ratio(GRID, before, after, THEN, OVER) > 1.005
    burnt = [sum(between(each[GAS], THEN, OVER)) for each in (before, after)]
    assert burnt[1] <= burnt[0]
    assert ratio(ZONE, before, after, THEN, OVER) > 1.01
    # What walls have stored is gone after two days.
    assert between(after[GRID], "2026-06-15") == between(before[GRID], "2026-06-15")


def test_heat_wave_elsewhere_has_no_effect(open_world):
    event = f"event: heat_wave, city: Munich, degrees: 10, {WEEK_LATER}, for: P5D"
    before, after = without_and_with_events(open_world, event, usages=(GRID, COLD))
    assert after == before


def test_scores_follow_events(open_world):
    changes = (
        f"event: retrofit, site: tower, savings: 0.5, of: [electricity, fuel, water], {WEEK_LATER}",
        f"event: occupancy_change, site: tower, factor: 0.2, {WEEK_LATER}",
    )
    worlds = [open_world(events(*each)) for each in ((), changes)]
    params = {"type": "daily", "category": ["energy", "water"]}
    for world in worlds:
        advance(world, "P20D")
    before, after = (
        {
            (each["date"], each["category"]): each["score"]
            for each in world.get(
                f"{SITES}/tower/performance-scores", headers=PARTNER, params=params
            ).json()
        }
        for world in worlds
    )
    last = max(date for date, _ in before)
    assert last > THEN[:10]
    assert all(after[last, category] > before[last, category] for category in ("energy", "water"))
    early = {key: score for key, score in before.items() if key[0] < THEN[:10]}
    assert early and early.items() <= after.items()


def test_daily_polling_equals_one_query(open_world):
    world = open_world(
        events(
            f"event: occupancy_change, site: tower, factor: 0.3, {WEEK_LATER}",
            "event: heat_wave, country: FR, degrees: 6, after: P4D, for: P2D",
            "event: gateway_outage, site: tower, after: P5DT7H, for: P1DT5H",
            f"event: meter_replacement, site: tower, usage: {GRID}, after: P9D",
            arrival="realistic",
            usages=(GRID, WATER, COLD, AIR),
        )
    )
    polled = came(world, lt="2026-06-01T00:00:00Z")
    for day in range(1, 21):
        window = {"gte": f"2026-06-{day:02}T00:00:00Z", "lt": f"2026-06-{day + 1:02}T00:00:00Z"}
        advance(world, "P1D")
        for name, series in came(world, **window).items():
            polled.setdefault(name, {}).update(series)
    now = came(world, lt="2026-06-21T00:00:00Z")
    assert {name: dict(sorted(series.items())) for name, series in polled.items()} == {
        name: dict(sorted(series.items())) for name, series in now.items()
    }


def test_timeline_lists_site_events(open_world):
    world = open_world(
        events(
            "event: gateway_outage, site: The Tower, after: P1D, for: PT6H",
            "event: retrofit, site: tower, savings: 0.2, after: P2D",
            "event: heat_wave, country: FR, degrees: 6.5, after: P3D, for: P4D",
            f"event: meter_replacement, site: tower, usage: {GRID}, after: P9D, gap: PT6H",
        )
    )
    advance(world, "P3DT1H")
    assert world.get("/__admin/timeline").json() == [
        {
            "event": "gateway_outage",
            "at": "2026-06-02T00:00:00Z",
            "until": "2026-06-02T06:00:00Z",
            "state": "past",
            "settings": {"site": "The Tower"},
        },
        {
            "event": "retrofit",
            "at": "2026-06-03T00:00:00Z",
            "state": "past",
            "settings": {"site": "tower", "savings": 0.2, "of": ["electricity", "fuel"]},
        },
        {
            "event": "heat_wave",
            "at": "2026-06-04T00:00:00Z",
            "until": "2026-06-08T00:00:00Z",
            "state": "active",
            "settings": {"degrees": 6.5, "country": "FR"},
        },
        {
            "event": "meter_replacement",
            "at": "2026-06-10T00:00:00Z",
            "state": "upcoming",
            "settings": {"site": "tower", "usage": GRID, "gap": "PT6H"},
        },
    ]


def test_event_may_name_a_generated_site(open_world):
    drawn = open_world(events()).app.state.world.store.find_site_id("annexe")
    world = open_world(events())
    name = next(
        each["name"] for each in world.get(SITES, headers=PARTNER).json() if each["id"] == drawn
    )
    withdrawn = open_world(events(f"event: site_withdrawn, site: {name}, after: P1D"))
    advance(withdrawn, "P1D")
    assert [each["id"] for each in withdrawn.get(SITES, headers=PARTNER).json()] == ["tower"]


@pytest.mark.parametrize(
    ("event", "complaint"),
    [
        (
            "event: gateway_outage, site: The Towel, after: P1D, for: P1D",
            "site: 'The Towel' is not the id or name of a site. Did you mean The Tower?",
        ),
        ("event: site_appears, after: P1D, site: x", "site: 'x' is not the id or name of a site."),
        (
            "event: heat_wave, sites: [tower, x], degrees: 3, after: P1D, for: P1D",
            "sites.1: 'x' is not the id or name of a site.",
        ),
        (
            "event: heat_wave, city: Paris, degrees: 3, after: P1D, for: P1D",
            "city: 'Paris' is not the city of a site.",
        ),
        (
            "event: heat_wave, country: AU, degrees: 3, after: P1D, for: P1D",
            "country: 'AU' is not the country of a site.",
        ),
        (
            f"event: meter_replacement, site: annexe, usage: {GAS}, after: P1D",
            f"usage: '{GAS}' is not metered at 'annexe'.",
        ),
        ("event: gateway_outage, site: tower, after: P1D", "for: this key is required"),
        (
            "event: heat_wave, city: Lyon, country: FR, degrees: 3, after: P1D, for: P1D",
            "a heat wave needs one of `city`, `country`, `sites`.",
        ),
    ],
)
def test_invalid_event_is_reported_with_position(open_world, event, complaint):
    with pytest.raises(ScenarioError) as caught:
        open_world(events(event))
    (mistake,) = caught.value.issues
    assert complaint in str(mistake)
    assert (mistake.line, mistake.path.startswith("timeline.0")) == (21, True)
    assert mistake.column > 4


def test_sites_with_equal_names_need_their_ids(open_world):
    text = events("event: retrofit, site: The Tower, savings: 0.2, after: P1D").replace(
        "{id: annexe,", "{id: annexe, name: The Tower,"
    )
    with pytest.raises(
        ScenarioError, match=r"'The Tower' is the name of 2 sites. Use the id of one"
    ):
        open_world(text)


def test_check_command_reports_events_of_unknown_sites(tmp_path):
    from click.testing import CliRunner

    from mockapi.cli.check import check

    path = tmp_path / "mine.yaml"
    path.write_text(events("event: site_appears, after: P1D, site: x"), "utf-8")
    run = CliRunner().invoke(check, [str(path)])
    assert run.exit_code == 1
    place = "mine.yaml:21:45: timeline.0.site: "
    assert f"{place}'x' is not the id or name of a site. " in run.stderr
