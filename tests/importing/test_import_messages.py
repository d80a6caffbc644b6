"""Messages of `mockapi import` about files and values that it cannot use."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mockapi.cli import cli

SITE = {"id": "hq", "name": "A", "type": "Office"}


@pytest.fixture
def imported(tmp_path, monkeypatch):
    """Return a function that returns the exit code and the messages for a file."""
    monkeypatch.chdir(tmp_path)

    def imported(tree: object) -> tuple[int, list[str]]:
        Path("q.json").write_text(tree if isinstance(tree, str) else json.dumps(tree), "utf-8")
        result = CliRunner().invoke(cli, ["import", "q.json"])
        return result.exit_code, result.stderr.splitlines()

    return imported


@pytest.mark.parametrize(
    ("tree", "line"),
    [
        (
            {"listSite": [SITE]},
            "q.json: 'listSite' is not an operation. Did you mean listSites?",
        ),
        (
            {"listSites": [SITE], "Meters": {"hq": []}},
            "q.json: 'Meters' is not an operation. Did you mean listMeters?",
        ),
        (
            {"listSites": [SITE], "x": {}},
            (
                "q.json: 'x' is not an operation. Use one of listSites, listMeters, listMetrics, "
                "listProjects, listPerformanceScores, getScoringRequestStatus."
            ),
        ),
        (
            {"listSites": [SITE], "listMeters": []},
            "q.json: listMeters: is not an object. Use the ids of sites as keys.",
        ),
        (
            '{"listSites":\n [}',
            (
                "q.json:2:3: is not JSON. Use a HAR file, a Postman collection, or JSON "
                "responses by operation."
            ),
        ),
        (
            {"foo": 1},
            (
                "q.json: is not a recording. Use a HAR file, a Postman collection, or JSON "
                "responses by operation."
            ),
        ),
    ],
)
def test_unusable_file_is_2_with_place_and_remedy(imported, tree, line):
    assert imported(tree) == (2, [line])


def test_values_that_are_left_out_have_plain_reasons(imported):
    site = {**SITE, "name": 5, "metadata": {"grossArea": "large", "buildingOccupants": -4}}
    tree = {"listSites": [site], "listProjects": {"hq": [{"leedId": "x", "leedName": "H"}]}}
    assert imported(tree) == (
        0,
        [
            "not used: site hq: `area` is left out: must be a whole number, not 'large'",
            (
                "not used: site hq: `name` is left out: must be text, not 5. "
                "Put text in double quotes."
            ),
            "not used: site hq: `building_occupants` is left out: must be at least 0, not -4",
            "not used: site hq: `projects.0.leed_id` is left out: must be a whole number, not 'x'",
            "not used: site hq: `projects.0` is left out: `leed_id` is required",
        ],
    )


def test_item_without_an_id_has_its_number(imported):
    code, lines = imported({"listSites": [SITE, {"name": "B"}]})
    assert (code, lines[0]) == (
        2,
        (
            "not used: q.json: 1. GET /ecostruxure/scoring/v1/sites: "
            "item 2 of its response is not an object with `id`"
        ),
    )
