"""Warnings about valid but unusual values of scenarios."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from scenario_steps import SHIPPED

from mockapi.domain.buildings import building_types
from mockapi.scenario.discovery import find_scenario
from mockapi.scenario.errors import ScenarioIssue
from mockapi.scenario.loading import document_of
from mockapi.scenario.seeding.scenario_checks import check_document

HEAD = "clients: [{client_id: mockA, name: A, redirect_uris: ['http://127.0.0.1/cb']}]\n"


def warnings_of(file: Path) -> Sequence[ScenarioIssue]:
    return check_document(document_of(file)[0])[1]


def warnings(text: str, folder: Path) -> list[str]:
    file = folder / "my.yaml"
    file.write_text(text, "utf-8")
    return [str(each).removeprefix(f"{folder}/") for each in warnings_of(file)]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenario_has_no_warnings(name):
    assert list(warnings_of(find_scenario(name))) == []


@pytest.mark.parametrize(
    ("site", "message"),
    [
        (
            "building: school, city: Lyon, roof_area: 0",
            "sites.0.roof_area: 'Generated onsite - solar' is metered, but the roof has 0 m2",
        ),
        (
            "building: hospital, city: Lyon, weekly_operating_hours: 45",
            (
                "sites.0.weekly_operating_hours: "
                "45 hours per week; a hospital is usually open day and night"
            ),
        ),
        (
            "building: office, city: Lyon, weekly_operating_hours: 168",
            "sites.0.weekly_operating_hours: a office is not usually open day and night",
        ),
        (
            "building: office, city: Lyon, weekly_operating_hours: 0",
            "sites.0.weekly_operating_hours: 0 hours per week; this office is never open",
        ),
        (
            "building: office, city: Lyon, area: 3000, building_occupants: 3000",
            "sites.0.building_occupants: 3000 occupants on 3000 m2; {occupants:.0f} are usual",
        ),
        (
            "building: office, city: Lyon, area: 3000, building_occupants: 2",
            "sites.0.building_occupants: only 2 occupants on 3000 m2; {occupants:.0f} are usual",
        ),
        (
            "building: office, city: Lyon, area: 3000, number_of_visitors_per_day: 900",
            (
                "sites.0.number_of_visitors_per_day: "
                "900 visitors per day on 3000 m2; {visitors:.0f} are usual"
            ),
        ),
        (
            "type: x, number_of_visitors_per_day: 9, days_per_week_with_visitors: 0",
            "sites.0.days_per_week_with_visitors: 9 visitors per day, on 0 days per week",
        ),
        (
            "building: office, city: Lyon, visit_duration: 3",
            "sites.0.visit_duration: a visit takes 3 days. Use days, not hours.",
        ),
        (
            "building: restaurant, city: Lyon, area: 90000",
            "sites.0.area: 90000 m2 of restaurant; {area[0]} to {area[1]} are usual",
        ),
        (
            "building: office, city: Lyon, latitude: 45.7, longitude: -4.8",
            "sites.0.latitude: the site is 748 km from Lyon",
        ),
        (
            "type: x, latitude: 0, longitude: 0",
            "sites.0.latitude: 0, 0 is in the sea",
        ),
        (
            "building: office, city: Lyon, timezone: Asia/Tokyo, latitude: 45.76, longitude: 4.84",
            "sites.0.timezone: Lyon is in Europe/Paris",
        ),
        (
            "building: office, city: Lyon, country_iso_code: DE",
            "sites.0.country_iso_code: Lyon is in FR, not in DE",
        ),
        (
            "type: x, meters: [{usage: Diesel, commodity: Water}]",
            "sites.0: meter 0: 'Diesel' belongs to Fuel",
        ),
        (
            "type: x, meters: [{usage: MainMeter, commodity: Electricity}]",
            "sites.0: meter 0: 'MainMeter' has no readings. Add `measurements`.",
        ),
        (
            "type: x, meters: basic, defects: [{kind: co2_drift, usage: Natural Gas}]",
            "sites.0: co2_drift has no effect on 'Natural Gas': not a CO2 sensor",
        ),
        (
            "type: x, meters: [{usage: CO2, defects: [{kind: cumulative}]}]",
            "sites.0: cumulative has no effect on 'CO2': not a register",
        ),
    ],
)
def test_unusual_value_gives_a_warning(tmp_path: Path, site, message):
    office, restaurant = building_types()["office"], building_types()["restaurant"]
    message = message.format(
        area=restaurant.area,
        occupants=office.occupants * 30,
        visitors=office.visitors * 30,
    )
    found = warnings(f"sites:\n - {{{site}}}\n", tmp_path)
    assert [each.split(": ", 1)[1] for each in found] == [message]


def test_warning_has_its_place(tmp_path: Path):
    text = "sites:\n - building: office\n   city: Lyon\n   visit_duration: 3\n"
    assert warnings(text, tmp_path) == [
        "my.yaml:4:20: sites.0.visit_duration: a visit takes 3 days. Use days, not hours."
    ]


def test_customers_without_clients_or_sites_give_warnings(tmp_path: Path):
    text = "customers: [{email: a@b, sites: [{type: x}]}, {email: c@d}]\n"
    assert warnings(text, tmp_path) == [
        "my.yaml:1:12: customers: no application can ask for consent. Add one under `clients`.",
        "my.yaml:1:47: customers.1 (customer 'c@d'): 'c@d' has no sites. Add `sites` or `sees`.",
    ]
    assert warnings(HEAD + "customers: [{email: a@b}]\n", tmp_path) == []


def test_warning_about_the_base_has_its_file(tmp_path: Path):
    (tmp_path / "base.yaml").write_text("sites: [{type: x, latitude: 0, longitude: 0}]\n")
    assert warnings("extends: base.yaml\n", tmp_path) == [
        "base.yaml:1:29: sites.0.latitude: 0, 0 is in the sea"
    ]
