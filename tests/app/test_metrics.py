"""Metrics for Prometheus, and the probes."""

import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mockapi.environment import MissingPackageError
from mockapi.settings import Settings

BEARER = {"Authorization": "Bearer mockAccessToken000000000Ada1"}
SITES = "/ecostruxure/scoring/v1/sites"
FAULTS = '[{"kind": "latency", "seconds": 0.2}, {"kind": "status", "status": 503}]'


@pytest.fixture
def client(test_client):
    return test_client(metrics=True)


def samples(client, name: str) -> dict[tuple[str, ...], float]:
    """Return the values of the metric by the values of its labels, in the order of their names."""
    text = client.get("/metrics").text
    return {
        tuple(sample.labels[each] for each in sorted(sample.labels)): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


def grown(before: dict, after: dict) -> dict:
    return {
        key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key)
    }


def test_requests_are_counted_by_operation_and_status(client):
    before = samples(client, "mockapi_requests_total")
    for headers in (BEARER, BEARER, {}):
        client.get(SITES, headers=headers)
    client.get("/ecostruxure/nowhere/12345")
    client.get("/__admin/world")
    client.get("/metrics")

    assert grown(before, samples(client, "mockapi_requests_total")) == {
        ("partner", "listSites", "200"): 2,
        ("partner", "listSites", "401"): 1,
        ("other", "other", "404"): 1,
        # Two requests for the metrics, because a request is counted when it ends.
        ("other", "other", "200"): 3,
    }


def test_faults_and_their_delays_are_measured(client):
    before = samples(client, "mockapi_faults_total")
    seconds = samples(client, "mockapi_request_seconds_sum").get(("partner", "listSites"), 0)
    with_fault = {**BEARER, "X-Mock-Fault": FAULTS}
    client.get(SITES, headers=with_fault)

    assert grown(before, samples(client, "mockapi_faults_total")) == {
        ("latency",): 1,
        ("status",): 1,
    }
    after = samples(client, "mockapi_request_seconds_sum")["partner", "listSites"]
    assert 0.2 <= after - seconds < 5


def test_worlds_and_memory_are_shown(client):
    before = samples(client, "mockapi_worlds")[()]
    client.put("/__admin/worlds/measured", json={"scenario": "empty"})
    assert samples(client, "mockapi_worlds") == {(): before + 1}
    assert samples(client, "process_resident_memory_bytes")[()] > 10_000_000


def test_there_are_no_metrics_by_default(test_client):
    response = test_client().get("/metrics")
    assert (response.status_code, "mockapi_requests" in response.text) == (404, False)


def test_missing_package_is_named(monkeypatch, new_app):
    monkeypatch.delitem(sys.modules, "mockapi.middleware.metrics", raising=False)
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'mockapi-ecostruxure\[metrics\]'"):
        new_app(metrics=True)


def test_probes_answer_without_the_control_api(test_client):
    client = test_client(admin=False)
    for path in ("/healthz", "/readyz"):
        assert client.get(path).json()["status"] == "ready"


def test_metrics_are_a_setting():
    assert Settings().metrics is False
