"""Responses that the presets promise: each named status occurs, and no other."""

import re
from http import HTTPStatus

import anyio
import pytest
from fault_steps import BEARER, SITES

from mockapi.faults.parsing import fault_presets

REQUESTS = 60
"""Number of reads, enough for statuses with a probability of 5 %. Draws depend on the seed only."""


def statuses(client) -> set[int]:
    """Return the statuses of many reads."""
    found = {client.get(SITES, headers=BEARER).status_code for _ in range(REQUESTS)}
    # Faults of the connection need a socket; in process they are replaced by this status.
    return found - {HTTPStatus.NOT_IMPLEMENTED}


@pytest.mark.parametrize("name", fault_presets())
def test_preset_returns_the_statuses_that_it_names(client, monkeypatch, name):
    async def skip(seconds: float) -> None:
        return None

    monkeypatch.setattr(anyio, "sleep", skip)
    client.post(f"/__admin/faults/presets/{name}")
    found = statuses(client)
    if name == "identity-provider-down":
        found.add(client.post("/ecostruxure/v1/oauth/token", data={}).status_code)

    named = re.findall(r"\b[2-5]\d\d\b", fault_presets()[name].client_sees)
    assert found == {int(each) for each in named}


@pytest.mark.parametrize("setting", [{"style": "html"}, {"style": "empty"}, {"oddity": "xml"}])
def test_replaced_error_body_has_its_own_length(client, setting):
    client.post("/__admin/faults", json={"kind": "status", **setting})
    response = client.post("/ecostruxure/v1/oauth/token", data={})

    assert response.status_code == 503
    assert response.headers["content-length"] == str(len(response.content))
