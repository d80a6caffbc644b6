"""A session recorded by mitmproxy, imported without names, served, and replayed."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from import_steps import read_sites, run, token

from mockapi import Settings, create_app
from mockapi.server import serve_in_thread

TOKENS = {"demo": "mockAccessToken000000000Ada1"}
MITMDUMP = shutil.which("mitmdump")


@contextmanager
def recording_proxy(url: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Run mitmproxy as a reverse proxy of *url*; yield its URL and the HAR file it will write."""
    file = folder / "session.har"
    process = subprocess.Popen(
        [
            MITMDUMP, "--mode", f"reverse:{url}@127.0.0.1:0", "--set", f"hardump={file}",
            "--set", f"confdir={folder / 'mitmproxy'}", "--set", "termlog_verbosity=info",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        for line in process.stdout:
            if "listening at" in line:
                break
        yield f"http://{line.split()[-1].rstrip('.').removeprefix('http://')}", file
    finally:
        process.terminate()
        process.communicate(timeout=30)


def read_with_node(url: str) -> list[int]:
    """Read the first two sites with `fetch` of Node; return the statuses."""
    command = ["node", Path(__file__).with_name("partner_client.mjs"), url, TOKENS["demo"]]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(run.stdout)


def recorded(har: Path, ending: str) -> list[dict]:
    """Return the items of all lists that *har* has of the paths with that ending."""
    found = []
    for entry in json.loads(har.read_text("utf-8"))["log"]["entries"]:
        path = urlsplit(entry["request"]["url"]).path
        if path.endswith(ending) and entry["response"]["status"] == HTTPStatus.OK:
            found += json.loads(entry["response"]["content"]["text"])
    return found


def names_in(sites: list[dict]) -> set[str]:
    return {
        str(value)
        for site in sites
        for value in (
            site["id"],
            site["name"],
            site["sourceSystemId"],
            *(site["postalAddress"][each] for each in ("address", "city", "zipCode")),
            *site["postalAddress"]["coordinates"].values(),
        )
    }


@pytest.mark.skipif(MITMDUMP is None, reason="mitmdump (mitmproxy) is not installed")
@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_session_of_node_through_mitmproxy_has_no_drift(server_url, tmp_path):
    with recording_proxy(server_url(scenario="demo"), tmp_path) as (proxy, har):
        statuses = read_with_node(proxy)
    assert statuses == [200] * 9 + [201, 404, 401]
    text = imported_without_drift(har, recorded(har, "/sites"), tmp_path)
    meters = recorded(har, "/meters")
    channels = [each for meter in meters for each in meter["measurements"]]
    ids = [each["id"] for each in (*meters, *channels)]
    ids += [each["timeseries"]["key"] for each in channels]
    assert len(ids) > 20
    assert [each for each in ids if each in text] == []


def test_anonymised_scenario_has_no_drift_from_its_recording(test_client, tmp_path):
    """The same without mitmproxy: the recording is that of an in-process client."""
    exchanges = read_sites(test_client(scenario="demo"), TOKENS["demo"], 2)
    entries = [
        {
            "request": {
                "method": "GET",
                "url": f"https://api.example.net{target}",
                "headers": [{"name": "Authorization", "value": f"Bearer {used}"}],
            },
            "response": {"status": status, "content": {"text": json.dumps(body)}},
        }
        for used, target, status, body in exchanges
    ]
    har = tmp_path / "session.har"
    har.write_text(json.dumps({"log": {"entries": entries}}), "utf-8")
    imported_without_drift(har, exchanges[0][3], tmp_path)


def imported_without_drift(har: Path, sites: list[dict], folder: Path) -> str:
    """Assert that *har* is imported without its names, and that a replay finds no drift.

    Return the text of the scenario.
    """
    out = folder / "mine.yaml"
    assert run("import", har, "--out", out, "--anonymise")[0] == 0
    text = out.read_text("utf-8")
    assert [each for each in names_in(sites) if f'"{each}"' in text or f" {each}\n" in text] == []
    app = create_app(Settings(scenario=str(out)))
    with serve_in_thread(app) as url:
        report = folder / "drift.md"
        replayed = run("replay", har, "--to", url, "--token", token(1), "--report", report)
    app.state.worlds.close()
    assert (replayed[0], "DIFF" in replayed[1]) == (0, False), replayed[1]
    assert "partner.listSites" in replayed[1]
    return text
