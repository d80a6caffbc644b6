"""A session recorded by mitmproxy, imported without names, served, and replayed."""

import gzip
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from import_steps import PARTNER, read_sites, run, token

from mockapi import Settings, create_app
from mockapi.server import serve_in_thread

TOKENS = {"demo": "mockAccessToken000000000Ada1"}
MITMDUMP = shutil.which("mitmdump")
PARTS = (
    "meters",
    "projects",
    "performance-scores",
    "timeseries?updatedAt%5Bgte%5D=2026-05-25T00:00:00Z",
)


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


def ask(url: str, accessed_with: str) -> object:
    headers = {"Authorization": f"Bearer {accessed_with}", "Accept-Encoding": "gzip"}
    try:
        with urlopen(Request(url, headers=headers)) as response:
            content = response.read()
            is_compressed = response.headers.get("Content-Encoding") == "gzip"
    except HTTPError as error:
        return error.code
    return json.loads(gzip.decompress(content) if is_compressed else content)


def names_in(sites: list[dict]) -> set[str]:
    return {
        str(value)
        for site in sites
        for value in (
            site["id"],
            site["name"],
            site["sourceSystemId"],
            *(site["postalAddress"][each] for each in ("address", "city", "zipCode")),
            site["postalAddress"]["coordinates"]["latitude"],
        )
    }


@pytest.mark.skipif(MITMDUMP is None, reason="mitmdump (mitmproxy) is not installed")
def test_recording_of_mitmproxy_has_no_drift_when_anonymised(server_url, tmp_path):
    with recording_proxy(server_url(scenario="demo"), tmp_path) as (proxy, har):
        sites = ask(proxy + PARTNER, TOKENS["demo"])
        for site in sites[:2]:
            for part in PARTS:
                ask(f"{proxy}{PARTNER}/{site['id']}/{part}", TOKENS["demo"])
        assert ask(f"{proxy}{PARTNER}/unknown/meters", TOKENS["demo"]) == 404
        assert ask(proxy + PARTNER, "aWrongToken") == 401
    imported_without_drift(har, sites, tmp_path)


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


def imported_without_drift(har: Path, sites: list[dict], folder: Path) -> None:
    """Assert that *har* is imported without its names, and that a replay finds no drift."""
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
