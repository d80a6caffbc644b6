"""Sentence and waterfall of an explained score."""

import re
from datetime import date

import pytest
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.console.score_summary import summarize
from mockapi.control.score_routes import view_of
from mockapi.domain.scores import ScoreCategory, ScoreType
from mockapi.oauth.pages.page import format_score
from mockapi.scoring.explanation import explain
from mockapi.settings import Settings

DAY = date(2026, 5, 29)


@pytest.fixture(scope="module")
def world():
    app = create_app(Settings())
    yield app.state.worlds.first
    app.state.worlds.close()


@pytest.fixture
def client(world):
    return TestClient(create_app(Settings()))


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
        assert summary == ("No score, because of missing data: readings.", ())
        return

    assert summary.steps[0].before == 100
    assert summary.steps[-1].after == found.score
    for one, following in zip(summary.steps, summary.steps[1:], strict=False):
        assert one.after == following.before
    # The shown steps add up to the shown score.
    shown = format_score(found.score)
    assert 100 + sum(each.change for each in summary.steps) == pytest.approx(float(shown))
    assert summary.sentence.startswith(f"{shown} because ")
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
    assert points == pytest.approx(corrected - plain, abs=0.101)


@pytest.mark.parametrize(
    ("type", "words"),
    [
        (ScoreType.MONTHLY, "the mean of 31 daily scores, from "),
        (ScoreType.AVERAGE, "the mean of the computed scores of 7 sites, from "),
    ],
)
def test_mean_names_its_parts(world, type, words):
    found = explained(world, 1, ScoreCategory.ENERGY, type, date(2026, 5, 31))
    assert (words in summarize(found).sentence, summarize(found).steps) == (True, ())


@pytest.mark.parametrize(
    ("score", "shown"),
    [(78.25, "78.3"), (78.15, "78.2"), (72, "72.0"), (0.05, "0.1"), (0.04, "0.0"), (100, "100.0")],
)
def test_scores_are_rounded_half_up(score, shown):
    assert format_score(score) == shown


@pytest.mark.parametrize(
    ("query", "title", "first", "parts"),
    [
        ({"type": "average"}, "Average of energy scores", "Fouquet", 7),
        ({"type": "localAverage"}, "Local average of energy scores", "Fouq", 2),
        ({"type": "monthly"}, "Monthly energy score", "2026-05-01", 31),
        (
            {"type": "average", "category": "humanExperience"},
            "Average of human experience scores",
            "Fouquet",
            4,
        ),
    ],
)
def test_mean_lists_its_parts_and_no_other_arithmetic(client, query, title, first, parts):
    page = explained_page(client, {"date": "2026-05-31", "category": "energy"} | query)
    heading, score = re.search(r'id="explained-title">([^<]*): ([^<]*)<', page).groups()
    assert heading == f"{title}, 2026-05-31"
    rows = re.findall(r'<th scope="row">(?:<a href="[^"]*">)?([^<]*).*?([\d.]+)</td>', page)
    assert (len(rows), rows[0][0][: len(first)]) == (parts, first)
    total, count, mean = re.search(r"number: ([\d,.]+) / (\d+) = ([\d.]+)<", page).groups()
    total = float(total.replace(",", ""))
    assert total == pytest.approx(sum(float(score) for _, score in rows))
    assert (int(count), float(mean)) == (parts, pytest.approx(total / parts, abs=0.006))
    assert score == format_score(float(mean))
    for other in ("Show the arithmetic", "Formula", "<h3>Building</h3>", "sandbox-score"):
        assert other not in page


def test_posted_score_offers_no_arithmetic(client):
    page = explained_page(client, {"date": "2026-05-31", "category": "energy", "type": "daily"})

    assert "Posted by a scoring partner." in page
    assert "Show the arithmetic" not in page


def test_explanation_without_site_is_of_the_first_one(client):
    page = client.get("/console/scores", params={"category": "water", "date": "2026-05-29"}).text
    assert 'id="explained-title">Daily water score, 2026-05-29: ' in page
    assert '<option value="water" selected>' in page


def test_average_of_the_own_year_lists_its_days(tmp_path):
    path = tmp_path / "own-year.yaml"
    path.write_text("extends: demo\naverage_meaning: own_12_months\n", "utf-8")
    app = create_app(Settings(scenario=str(path)))
    query = {"date": "2026-05-31", "category": "energy", "type": "average"}
    page = explained_page(TestClient(app), query)
    app.state.worlds.close()
    assert "the mean of 365 daily scores" in page
    assert 'scope="col">Date</th>' in page


def explained_page(client, query) -> str:
    """Return the part of the page of the first site that explains a score."""
    site = client.get("/__admin/sites").json()[0]["id"]
    page = client.get("/console/scores", params=query | {"site": site}).text
    return page[page.index('id="explained"') :]


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
    assert summarize(found).sentence == "No score, because of missing data: building occupants."
    page = TestClient(app).get("/console/scores", params={"site": "one", "date": "2026-05-29"})
    assert "No score, because of missing data: building occupants." in page.text
    app.state.worlds.close()


def test_page_has_sentence_waterfall_and_folded_arithmetic(world):
    site = world.store.sites(world.store.customers()[0].id)[0].id
    query = {"site": site, "date": "2026-05-29", "category": "energy"}
    page = TestClient(create_app(Settings())).get("/console/scores", params=query).text

    assert re.search(r'<p class="sentence">\d\d\.\d because it uses \d+ % of a median', page)
    assert len(re.findall(r'class="(?:loss|gain|whole)"', page)) == 6
    assert '<details class="arithmetic"><summary>' in page
    assert "energy daily 2026-05-30" in page
