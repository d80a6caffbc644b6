import pytest

from mockapi import Settings

SCENARIO = """
clock: 2026-06-01T09:00:00Z
sites:
  - building: office
    city: Lyon
    registered: true
    meters: [{usage: Purchased from Grid}]
    defects: [{kind: short_gap, at: 2026-05-20T00:00:00Z}]
"""


@pytest.fixture
def mockapi_settings(tmp_path):
    path = tmp_path / "a-gap.yaml"
    path.write_text(SCENARIO)
    return Settings(scenario=str(path))


def test_the_gap_is_where_the_scenario_says(mockapi):
    gaps = mockapi.defects(kind="short_gap")
    assert {gap["begin"] for gap in gaps} == {"2026-05-20T00:00:00Z"}
