"""What the control API tells of scenarios, and of the mistakes in one."""

import pytest
from starlette.testclient import TestClient

from mockapi import create_app
from mockapi.resources import scenarios
from mockapi.settings import Settings


@pytest.fixture(scope="module")
def server() -> TestClient:
    return TestClient(create_app(Settings()))


def checked(server, text: str) -> dict:
    answer = server.post("/__admin/scenarios/check", json={"text": text})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_shipped_scenario_is_offered_with_what_it_says_of_itself(server):
    told = {each["name"]: each for each in server.get("/__admin/scenarios").json()}

    assert list(told) == sorted(path.stem for path in scenarios().glob("*.yaml"))
    assert told["dst"] == {
        "name": "dst",
        "source": "shipped",
        "description": "Twelve sites in zones with and without daylight saving time.",
        "extends": None,
    }


@pytest.mark.parametrize("path", sorted(scenarios().glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_scenario_is_told_as_it_is_written_and_is_without_mistakes(server, path):
    told = server.get(f"/__admin/scenarios/{path.stem}").json()

    assert told["text"] == path.read_text("utf-8")
    assert [checked(server, told["text"])[key] for key in ("ok", "mistakes")] == [True, []]


def test_a_world_tells_the_text_that_it_was_made_of(server):
    told = server.get("/__admin/scenario").json()

    assert (told["name"], told["source"]) == ("demo", "world")
    assert told["text"] == (scenarios() / "demo.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", ["nowhere", "..%2Fdemo", "demo.yaml", "scenario.schema"])
def test_no_other_file_is_told(server, name):
    answer = server.get(f"/__admin/scenarios/{name}")

    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


def test_mistakes_are_told_by_line_with_what_to_do(server):
    told = checked(
        server,
        "extends: empty\nsites:\n  - {buildin: office, city: Lyon}\n"
        "  - {building: office, area: -3}\n",
    )

    assert told == {
        "ok": False,
        "customers": None,
        "sites": None,
        "mistakes": [
            {
                "file": None,
                "line": 3,
                "column": 15,
                "path": "sites.0.buildin",
                "message": "unknown key",
                "remedy": "Did you mean `building`?",
            },
            {
                "file": None,
                "line": 4,
                "column": 30,
                "path": "sites.1.area",
                "message": "Input should be greater than or equal to 10",
                "remedy": None,
            },
        ],
        "warnings": [],
    }


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("seed: 1\nseed: 2\n", "Keep one `seed` and take the other out."),
        ("clients: [{client_id: mockOne, name: One}]\n", "State `redirect_uris` here."),
        (
            "xyzzy: 1\n",
            "Take it out; `mockapi schema` lists the keys of every part.",
        ),
    ],
)
def test_a_remedy_is_told_where_the_message_tells_none(server, text, remedy):
    assert [each["remedy"] for each in checked(server, text)["mistakes"]] == [remedy]


def test_what_is_suspicious_though_legal_is_a_warning(server):
    told = checked(
        server, "sites:\n  - {building: office, city: Lyon, latitude: 0, longitude: 0}\n"
    )

    assert (told["ok"], told["sites"], told["mistakes"]) == (True, 1, [])
    assert [(each["line"], each["path"]) for each in told["warnings"]] == [
        (2, "sites.0.latitude"),
        (2, "sites.0.latitude"),
    ]


def test_a_timeline_that_names_a_stranger_is_a_mistake(server):
    told = checked(
        server,
        "sites: [{building: office, city: Lyon, name: Here}]\n"
        "timeline:\n  - {event: site_withdrawn, site: Heer, after: P1D}\n",
    )

    assert [(each["line"], each["message"]) for each in told["mistakes"]] == [
        (3, "no site has the id or the name 'Heer'; did you mean Here?")
    ]


def test_text_that_is_no_yaml_is_a_mistake_at_its_line(server):
    assert [each["line"] for each in checked(server, "a: 1\nb: [\n")["mistakes"]] == [2]
