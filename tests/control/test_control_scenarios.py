"""Scenarios of the control API and their checks."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner

from mockapi.cli import cli
from mockapi.resources import scenarios


def check(client, text: str) -> dict:
    answer = client.post("/__admin/scenarios/check", json={"text": text})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_shipped_scenarios_are_listed_with_description(client):
    result = {each["name"]: each for each in client.get("/__admin/scenarios").json()}

    assert list(result) == sorted(path.stem for path in scenarios().glob("*.yaml"))
    assert result["dst"] == {
        "name": "dst",
        "source": "shipped",
        "description": "Twelve sites in zones with and without daylight saving time.",
        "extends": None,
    }


@pytest.mark.parametrize("path", sorted(scenarios().glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_scenario_returns_its_text_without_errors(client, path):
    result = client.get(f"/__admin/scenarios/{path.stem}").json()

    assert result["text"] == path.read_text("utf-8")
    assert [check(client, result["text"])[key] for key in ("ok", "errors")] == [True, []]


def test_world_returns_the_text_of_its_scenario(client):
    result = client.get("/__admin/scenario").json()

    assert (result["name"], result["source"]) == ("demo", "world")
    assert result["text"] == (scenarios() / "demo.yaml").read_text("utf-8")


@pytest.mark.parametrize("name", ["nowhere", "..%2Fdemo", "demo.yaml", "scenario.schema"])
def test_other_files_are_not_found(client, name):
    answer = client.get(f"/__admin/scenarios/{name}")

    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


def test_scenario_errors_have_line_and_remedy(client):
    result = check(
        client,
        "extends: empty\nsites:\n  - {buildin: office, city: Lyon}\n"
        "  - {building: office, area: -3}\n",
    )

    assert result == {
        "ok": False,
        "customers": None,
        "sites": None,
        "errors": [
            {
                "file": None,
                "line": 3,
                "column": 15,
                "path": "sites.0.buildin",
                "message": "unknown key",
                "remedy": "Did you mean building?",
            },
            {
                "file": None,
                "line": 4,
                "column": 30,
                "path": "sites.1.area",
                "message": "must be at least 10, not -3",
                "remedy": None,
            },
        ],
        "warnings": [],
    }


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("seed: 1\nseed: 2\n", "Remove one `seed`."),
        ("clients: [{client_id: mockOne, name: One}]\n", "Add `redirect_uris` here."),
        (
            "xyzzy: 1\n",
            "Remove it. `mockapi schema` lists the keys of every part.",
        ),
    ],
)
def test_remedy_is_given_if_the_message_has_none(client, text, remedy):
    assert [each["remedy"] for each in check(client, text)["errors"]] == [remedy]


def test_suspicious_but_valid_scenario_has_warnings(client):
    result = check(
        client, "sites:\n  - {building: office, city: Lyon, latitude: 0, longitude: 0}\n"
    )

    assert (result["ok"], result["sites"], result["errors"]) == (True, 1, [])
    assert [(each["line"], each["path"]) for each in result["warnings"]] == [
        (2, "sites.0.latitude"),
        (2, "sites.0.latitude"),
    ]


def test_timeline_with_an_unknown_site_is_an_error(client):
    result = check(
        client,
        "sites: [{building: office, city: Lyon, name: Here}]\n"
        "timeline:\n  - {event: site_withdrawn, site: Heer, after: P1D}\n",
    )

    assert [(each["line"], each["message"]) for each in result["errors"]] == [
        (3, "'Heer' is not the id or name of a site. Did you mean Here?")
    ]


def test_invalid_yaml_is_an_error_with_its_line(client):
    assert [each["line"] for each in check(client, "a: 1\nb: [\n")["errors"]] == [2]


def create(client, **settings):
    answer = client.post("/__admin/worlds", json=settings)
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- " * 50_000, id="deep"),
        pytest.param("sites:\n" + "- {}\n" * 300_000, id="many"),
        pytest.param("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *d]\n", id="alias"),
        pytest.param("clock: {{ now }}\n", id="template"),
        pytest.param("seed: !!bool perhaps\n", id="tag"),
        pytest.param("seed: 9223372036854775808\n", id="65 bits"),
        pytest.param(f"extends: {'x' * 300}\n", id="long name"),
        pytest.param("portfolio: {count: 100000}\n", id="portfolio"),
        pytest.param("sites: [{building: office, city: Lyon, elevation: .inf}]\n", id="infinite"),
        pytest.param('clients: [{client_id: mock, name: "\\ud800"}]\n', id="surrogate"),
        pytest.param(
            json.dumps({"\ud800": dict.fromkeys(range(1_001), 0)}),
            id="surrogate before the place of an error",
        ),
    ],
)
def test_hostile_text_is_an_error_for_check_and_create(client, text):
    errors = check(client, text)["errors"]
    status, problem = create(client, scenario_text=text)

    assert (len(errors) > 0, status) == (True, 400)
    assert problem["detail"].splitlines()[0].endswith(errors[0]["message"])


@pytest.mark.parametrize("folder", ["", "./", "{folder}/", "../{name}/", "/proc/self/cwd/"])
def test_text_cannot_read_a_file_of_the_server(client, tmp_path, monkeypatch, folder):
    (tmp_path / "door.yaml").write_text("customers: [{email: ada@example.com, secret: door}]\n")
    monkeypatch.chdir(tmp_path)
    file = f"{folder.format(folder=tmp_path, name=tmp_path.name)}door.yaml"
    text = f"extends: {file}\n"
    result = (
        f"{file!r}: a scenario that is sent as text cannot extend a file. "
        "Use the name of a shipped scenario."
    )

    assert [each["message"] for each in check(client, text)["errors"]] == [result]
    assert create(client, scenario_text=text)[1]["detail"] == f"inline:1:10: extends: {result}"


def test_unreadable_mounted_file_is_listed_and_rejected(client, tmp_path, monkeypatch):
    monkeypatch.setattr("mockapi.scenario.discovery.MOUNT", tmp_path)
    (tmp_path / "deep.yaml").write_text("- " * 50_000)
    (tmp_path / "latin.yml").write_bytes(b"\xe4")
    (tmp_path / "mine.json").write_text('{"description": "Mine."}')
    (tmp_path / "scenario.schema.json").write_text("{}")
    (tmp_path / "folder.yaml").mkdir()
    result = {each["name"]: each["description"] for each in client.get("/__admin/scenarios").json()}

    assert {name: result.get(name) for name in ("deep", "latin", "mine", "folder")} == {
        "deep": "",
        "latin": "",
        "mine": "Mine.",
        "folder": None,
    }
    assert "scenario.schema" not in result
    answer = client.get("/__admin/scenarios/latin")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        f"{tmp_path}/latin.yml: is not UTF-8 from byte 0 on; save it as UTF-8",
    )
    assert create(client, scenario="latin")[0] == 400
    assert create(client, scenario="mine", name="json")[0] == 201


@pytest.mark.parametrize(
    ("call", "body", "detail"),
    [
        pytest.param("clock", '{"rate": NaN}', "rate: must be a finite number", id="NaN"),
        pytest.param("clock", '{"rate": 1e999}', "rate: must be a finite number", id="infinite"),
        pytest.param("clock", '{"advance": "P1D\\ud800"}', "advance: must be ", id="surrogate"),
        pytest.param(
            "clock", '{"\\ud800": "\\ud800"}', "body: must be text ", id="surrogate as name"
        ),
        pytest.param(
            "clock",
            '{"\\ud800": ' + "[" * 101 + "]" * 101 + "}",
            "body: is nested deeper",
            id="deep below a surrogate",
        ),
    ],
)
def test_hostile_json_body_is_rejected(client, call, body, detail):
    answer = client.put(
        f"/__admin/{call}", content=body, headers={"Content-Type": "application/json"}
    )

    assert (answer.status_code, answer.json()["detail"].startswith(detail)) == (400, True)


def test_requests_are_served_while_a_large_world_is_created(server):
    with ThreadPoolExecutor() as pool:
        text = "portfolio: {count: 5000, meters: full}\n"
        making = pool.submit(server.create_world, "large", scenario_text=text)
        names = []
        while not making.done():
            names.append(server.worlds())
        assert [] in names
        assert making.result().world()["customers"][0]["sites"][4_999]


def test_name_is_in_use_while_its_world_is_created(server):
    with ThreadPoolExecutor() as pool:
        text = "portfolio: {count: 1000}\n"
        tries = [pool.submit(server.create_world, "one", scenario_text=text) for _ in range(4)]
        errors = [each.exception() for each in tries]
        assert server.worlds() == ["one"]
    result = [str(each) for each in errors if each is not None]
    assert len(result) == 3
    assert all("World 'one' already exists. Delete it first." in each for each in result)


def test_json_file_is_sent_as_text(server, tmp_path):
    file = tmp_path / "mine.json"
    file.write_text('\ufeff{"seed": 7, "clock": "2026-06-01T09:00:00Z"}', "utf-8")
    world = server.create_world("json", scenario=str(file)).world()
    command = ["worlds", "create", "other", "--scenario", str(file), "--url", server.url, "--json"]
    created = CliRunner().invoke(cli, command)
    assert (world["scenario"], world["seed"]) == ("mine", 7)
    assert (created.exit_code, json.loads(created.output)["scenario"]) == (0, "mine")
