"""Traces by FastAPI's own support of OpenTelemetry."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread

import pytest

pytest.importorskip("opentelemetry.sdk", reason="opentelemetry-sdk is not installed")

BASE = "/ecostruxure/scoring/v1"
IN_MEMORY = """
import json
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient
from mockapi import Settings, create_app

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
client = TestClient(create_app(Settings(scenario="demo")))
client.put("/__admin/worlds/blue")
exporter.clear()
for method, path, fault in REQUESTS:
    headers = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
    client.request(method, path, headers=headers | ({"X-Mock-Fault": fault} if fault else {}))
spans = [each for each in exporter.get_finished_spans() if each.parent is None]
print(json.dumps([[each.name, dict(each.attributes)] for each in spans]))
"""


def spans_of(*requests: tuple[str, str, str]) -> list[tuple[str, dict]]:
    """Return name and attributes of the span of each request: method, path and fault."""
    program = IN_MEMORY.replace("REQUESTS", repr(requests))
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return [(name, attributes) for name, attributes in json.loads(run.stdout)]


def test_spans_of_both_apis_have_the_route():
    site = "510affb6-69ec-4a7a-a510-acf99e641739"
    spans = spans_of(
        ("GET", f"{BASE}/sites", ""),
        ("GET", f"{BASE}/sites/{site}/meters", ""),
        ("GET", f"/ecostruxure/user/scoring/v1/sites/{site}/performance-scores", ""),
        ("GET", f"/w/blue{BASE}/sites/nowhere/meters", ""),
        ("GET", f"{BASE}/sites", "status; status=503"),
        ("GET", f"{BASE}/nowhere", ""),
    )
    user = "/ecostruxure/user/scoring/v1/sites/{site_id}/performance-scores"
    assert [attributes.get("http.route") for _, attributes in spans] == [
        f"{BASE}/sites",
        f"{BASE}/sites/{{site_id}}/meters",
        user,
        f"{BASE}/sites/{{site_id}}/meters",
        f"{BASE}/sites",
        None,
    ]
    assert [name for name, _ in spans][1:3] == [
        f"GET {BASE}/sites/{{site_id}}/meters",
        f"GET {user}",
    ]
    statuses = [attributes["http.response.status_code"] for _, attributes in spans]
    assert statuses == [200, 200, 200, 404, 503, 404]


def test_spans_of_oauth_and_pages_have_the_route():
    spans = spans_of(
        ("POST", "/ecostruxure/v1/oauth/token", ""),
        ("GET", "/signin", ""),
        ("GET", "/console/sites/510affb6-69ec-4a7a-a510-acf99e641739", ""),
        ("GET", "/__admin/sites/nowhere", ""),
        ("GET", "/w/blue/signin", ""),
        ("DELETE", "/signin", ""),
        ("GET", "/nowhere", ""),
    )
    assert [name for name, _ in spans] == [
        "POST /ecostruxure/v1/oauth/token",
        "GET /signin",
        "GET /console/sites/{site_id}",
        "GET /__admin/sites/{site_id}",
        "GET /signin",
        "DELETE /signin",
        "GET /{path}",
    ]
    assert [f"{attributes['http.route']}" for _, attributes in spans] == [
        name.partition(" ")[2] for name, _ in spans
    ]


class Collector(BaseHTTPRequestHandler):
    """Collector that keeps the path and the body of each request."""

    received: Queue[tuple[str, bytes]]

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.put((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def collector():
    Collector.received = Queue()
    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def served(environment: dict[str, str], *program: str) -> tuple[str, int]:
    """Request the sites of a server that then ends; return its standard error and exit code."""
    command = [sys.executable, *(program or ("-m", "mockapi")), "serve", "--port", "0"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    ) as process:
        lines = [process.stdout.readline() for _ in range(3)]
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{lines[2].split()[1]}{BASE}/sites", timeout=30)
        process.terminate()
        return process.stderr.read(), process.wait(30)


def test_server_exports_traces_to_a_collector(collector):
    variables = {
        "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector,
        "OTEL_SERVICE_NAME": "mockapi-test",
        "OTEL_METRICS_EXPORTER": "none",
        "OTEL_LOGS_EXPORTER": "none",
    }
    assert served(variables) == ("", 0)
    path, body = Collector.received.get(timeout=10)
    assert path == "/v1/traces"
    assert b"mockapi-test" in body
    assert f"GET {BASE}/sites".encode() in body


def test_missing_sdk_is_logged_and_the_server_serves(collector):
    variables = {
        "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector,
    }
    without = "import sys; sys.modules['opentelemetry.sdk'] = None; "
    log, exit_code = served(variables, "-c", f"{without}from mockapi.__main__ import main; main()")
    assert exit_code == 0
    assert "requires fastapi[opentelemetry]" in log
    assert Collector.received.empty()
