"""Blocks of faults that end after somebody else ended the faults."""

from datetime import timedelta

import pytest
from fault_steps import CLIENTS, SITES

from mockapi.client import MockApiError

ENDS = {
    "reset": lambda server: server.reset(),
    "clear_faults": lambda server: server.clear_faults(),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_block_ends_well_whoever_lifted_its_fault(server, end):
    ask = CLIENTS["requests"]
    with server.fault("status") as fault:
        assert ask(server.url + SITES).status == 503
        ENDS[end](server)
        assert ask(server.url + SITES).status == 200
    with pytest.raises(
        MockApiError,
        match=r"^The fault was removed by a reset or by clear_faults\(\)\. Its counts are lost",
    ):
        _ = fault.hits


@pytest.mark.parametrize("end", ENDS)
def test_preset_block_ends_after_its_faults_were_removed(server, end):
    with server.preset("flaky-network"):
        ENDS[end](server)
    assert server.faults() == []


def test_a_fault_that_was_lifted_may_be_switched_on_again(server):
    fault = server.fault("status", times=1)
    with fault:
        server.reset()
    with fault:
        CLIENTS["requests"](server.url + SITES)
    assert (fault.hits, fault.matched) == (1, 1)


def test_an_outage_may_be_stated_by_instants_of_the_clock(server):
    begin = server.clock.now() + timedelta(minutes=10)
    end = begin + timedelta(minutes=10)
    ask = CLIENTS["requests"]
    met = []
    with server.fault("status", since=begin, until=end) as fault:
        (stated,) = [each["fault"]["when"] for each in server.faults()]
        for _ in range(3):
            met.append(ask(server.url + SITES).status)
            server.clock.advance("PT10M")
    assert stated == {"since": "2026-06-01T09:10:00Z", "until": "2026-06-01T09:20:00Z"}
    assert (met, fault.hits) == ([200, 503, 200], 1)


def test_fault_settings_accept_timedelta_and_datetime(server):
    with server.fault("stale_data", by=timedelta(days=1)):
        (stated,) = [each["fault"]["by"] for each in server.faults()]
    now = server.clock.now()
    assert (stated, server.defects(since=now, until=now + timedelta(hours=1))) == ("P1D", [])
    with pytest.raises(ValueError, match=r"does not have a time zone\. Add tzinfo=UTC"):
        server.pat(expires_at=now.replace(tzinfo=None))
    with pytest.raises(TypeError, match="cannot be sent as JSON"):
        server.fault("status", detail={1, 2}).add()
