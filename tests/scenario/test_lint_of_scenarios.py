"""What `check` finds suspicious though it is legal."""

from pathlib import Path

import pytest
from scenario_steps import SHIPPED

from mockapi.domain.buildings import building_types
from mockapi.scenario.discovery import find
from mockapi.scenario.lint import lint

HEAD = "clients: [{client_id: mockA, name: A, redirect_uris: ['http://127.0.0.1/cb']}]\n"


def doubts(text: str, folder: Path) -> list[str]:
    file = folder / "my.yaml"
    file.write_text(text, "utf-8")
    return [str(each).removeprefix(f"{folder}/") for each in lint(file)[1]]


@pytest.mark.parametrize("name", SHIPPED)
def test_nothing_is_suspicious_in_a_shipped_scenario(name):
    assert lint(find(name))[1] == []


@pytest.mark.parametrize(
    ("site", "told"),
    [
        (
            "building: school, city: Lyon, roof_area: 0",
            "sites.0.roof_area: 'Generated onsite - solar' is metered, but the roof has 0 m2",
        ),
        (
            "building: hospital, city: Lyon, weekly_operating_hours: 45",
            "sites.0.weekly_operating_hours: this hospital is closed at night (45 h a week)",
        ),
        (
            "building: office, city: Lyon, weekly_operating_hours: 168",
            "sites.0.weekly_operating_hours: this office never closes",
        ),
        (
            "building: office, city: Lyon, weekly_operating_hours: 0",
            "sites.0.weekly_operating_hours: this office never opens",
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
                "900 visitors a day on 3000 m2; {visitors:.0f} are usual"
            ),
        ),
        (
            "type: x, number_of_visitors_per_day: 9, days_per_week_with_visitors: 0",
            "sites.0.days_per_week_with_visitors: 9 visitors a day, on no day of the week",
        ),
        (
            "building: office, city: Lyon, visit_duration: 3",
            "sites.0.visit_duration: a visit of 3 days; is it in hours?",
        ),
        (
            "building: restaurant, city: Lyon, area: 90000",
            "sites.0.area: 90000 m2 of restaurant; {area[0]} to {area[1]} are usual",
        ),
        (
            "building: office, city: Lyon, latitude: 45.7, longitude: -4.8",
            "sites.0.latitude: the site stands 748 km from Lyon",
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
            "sites.0: meter 0: 'MainMeter' measures nothing; state `measurements`",
        ),
        (
            "type: x, meters: basic, defects: [{kind: co2_drift, usage: Natural Gas}]",
            "sites.0: co2_drift does nothing to 'Natural Gas', no sensor of CO2",
        ),
        (
            "type: x, meters: [{usage: CO2, defects: [{kind: cumulative}]}]",
            "sites.0: cumulative does nothing to 'CO2': no register",
        ),
    ],
)
def test_what_is_suspicious_is_told(tmp_path: Path, site, told):
    office, restaurant = building_types()["office"], building_types()["restaurant"]
    told = told.format(
        area=restaurant.area,
        occupants=office.occupants * 30,
        visitors=office.visitors * 30,
    )
    found = doubts(f"sites:\n - {{{site}}}\n", tmp_path)
    assert [each.split(": ", 1)[1] for each in found] == [told]


def test_a_doubt_is_told_with_its_place(tmp_path: Path):
    text = "sites:\n - building: office\n   city: Lyon\n   visit_duration: 3\n"
    assert doubts(text, tmp_path) == [
        "my.yaml:4:20: sites.0.visit_duration: a visit of 3 days; is it in hours?"
    ]


def test_customers_that_cannot_be_asked_or_have_nothing_are_suspicious(tmp_path: Path):
    text = "customers: [{email: a@b, sites: [{type: x}]}, {email: c@d}]\n"
    assert doubts(text, tmp_path) == [
        "my.yaml:1:12: customers: no client is stated, so nobody can ask for consent",
        "my.yaml:1:47: customers.1: c@d has no sites and sees none",
    ]
    assert doubts(HEAD + "customers: [{email: a@b}]\n", tmp_path) == []


def test_a_doubt_about_the_base_is_told_in_the_base(tmp_path: Path):
    (tmp_path / "base.yaml").write_text("sites: [{type: x, latitude: 0, longitude: 0}]\n")
    assert doubts("extends: base.yaml\n", tmp_path) == [
        "base.yaml:1:29: sites.0.latitude: 0, 0 is in the sea"
    ]
