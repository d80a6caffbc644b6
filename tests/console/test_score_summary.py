"""Sentence and waterfall of an explained score."""

import re
from datetime import date

import pytest
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.console.score_summary import summarize
from mockapi.control.score_routes import view_of
from mockapi.domain.scores import ScoreCategory, ScoreType
from mockapi.scoring.explanation import explain
from mockapi.settings import Settings

DAY = date(2026, 5, 29)


@pytest.fixture(scope="module")
def world():
    app = create_app(Settings())
    yield app.state.worlds.first
    app.state.worlds.close()


def explained(world, number, category, type=ScoreType.DAILY, on=DAY):
    site = world.store.sites(world.store.customers()[0].id)[number]
    return view_of(explain(world, site.id, on, type, category))


@pytest.mark.parametrize("category", ScoreCategory)
@pytest.mark.parametrize("number", [0, 2, 3, 5])
def test_waterfall_leads_from_100_to_the_score(world, number, category):
    found = explained(world, number, category)
    summary = summarize(found)
    if found.score is None:
        # The restaurant does not measure its air.
        assert (number, category) == (3, ScoreCategory.HUMAN_EXPERIENCE)
        assert summary == ("No score, because readings are missing.", ())
        return

    assert summary.steps[0].before == 100
    assert summary.steps[-1].after == pytest.approx(found.score, abs=0.006)
    for one, following in zip(summary.steps, summary.steps[1:], strict=False):
        assert one.after == following.before
    assert 100 + sum(each.change for each in summary.steps) == pytest.approx(found.score, abs=0.006)
    assert summary.sentence.startswith(f"{found.score:.1f} because ")
    assert re.fullmatch(r"[^{}]+[^ ;,]\.", summary.sentence)


def test_sentence_compares_with_the_median_building(world):
    found = explained(world, 0, ScoreCategory.ENERGY)
    values = {each.name: each.value for each in found.steps}
    share = 100 * values["intensity_src"] / values["reference_src"]
    sentence = summarize(found).sentence

    assert f"it uses {share:.0f} % of a median office building's energy per m²" in sentence
    points = float(re.search(r"occupancy adds ([\d.]+) points", sentence)[1])
    # Without the correction for occupancy, the score is lower by that.
    plain = sum(
        50 / (1 + (values[f"r_{each}"] / values["delta"] / values["fH"]) ** 2)
        for each in ("src", "ghg")
    )
    corrected = sum(50 / (1 + (values[f"r_{each}"] / values["fH"]) ** 2) for each in ("src", "ghg"))
    assert points == pytest.approx(corrected - plain, abs=0.051)


@pytest.mark.parametrize(
    ("type", "words"),
    [
        (ScoreType.MONTHLY, "the mean of 31 daily scores, from "),
        (ScoreType.AVERAGE, "the mean of 7 sites, from "),
    ],
)
def test_mean_names_its_parts(world, type, words):
    found = explained(world, 1, ScoreCategory.ENERGY, type, date(2026, 5, 31))
    assert (words in summarize(found).sentence, summarize(found).steps) == (True, ())


def test_posted_score_is_not_explained_by_readings(world):
    found = explained(world, 0, ScoreCategory.ENERGY, on=date(2026, 5, 31))
    summary = summarize(found)

    assert summary.sentence.startswith("72.0 because a scoring partner posted it.")
    assert summary.steps == ()


def test_missing_inputs_are_named(tmp_path):
    path = tmp_path / "no-area.yaml"
    path.write_text(
        "clock: 2026-06-01T09:00:00Z\nsites: [{id: one, building: office, city: Lyon,"
        " registered: true, building_occupants: 0, number_of_visitors_per_day: 0}]\n",
        "utf-8",
    )
    app = create_app(Settings(scenario=str(path)))
    world = app.state.worlds.first
    found = view_of(explain(world, "one", DAY, ScoreType.DAILY, ScoreCategory.ENERGY))
    assert summarize(found).sentence == "No score, because buildingOccupants are missing."
    page = TestClient(app).get("/console/scores", params={"site": "one", "date": "2026-05-29"})
    assert "No score, because buildingOccupants are missing." in page.text
    app.state.worlds.close()


def test_page_has_sentence_waterfall_and_folded_arithmetic(world):
    site = world.store.sites(world.store.customers()[0].id)[0].id
    query = {"site": site, "date": "2026-05-29", "category": "energy"}
    page = TestClient(create_app(Settings())).get("/console/scores", params=query).text

    assert re.search(r'<p class="sentence">\d\d\.\d because it uses \d+ % of a median', page)
    assert len(re.findall(r'class="(?:loss|gain|whole)"', page)) == 6
    assert '<details class="arithmetic"><summary>' in page
    assert "energy daily 2026-05-30" in page
