"""`with` blocks whose faults were removed inside the block."""

from datetime import timedelta

import pytest
from fault_steps import CLIENTS, SITES

from mockapi.client import MockApiError

ENDS = {
    "reset": lambda server: server.reset(),
    "clear_faults": lambda server: server.clear_faults(),
}


@pytest.mark.parametrize("end", ENDS)
def test_with_block_accepts_a_removed_fault(server, end):
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
def test_with_block_accepts_removed_faults_of_a_preset(server, end):
    with server.preset("flaky-network"):
        ENDS[end](server)
    assert server.faults() == []


def test_removed_fault_can_be_added_again(server):
    fault = server.fault("status", times=1)
    with fault:
        server.reset()
    with fault:
        CLIENTS["requests"](server.url + SITES)
    assert (fault.hits, fault.matched) == (1, 1)


def test_window_accepts_instants_of_the_clock(server):
    begin = server.clock.now() + timedelta(minutes=10)
    end = begin + timedelta(minutes=10)
    ask = CLIENTS["requests"]
    met = []
    with server.fault("status", since=begin, until=end) as fault:
        (given,) = [each["fault"]["when"] for each in server.faults()]
        for _ in range(3):
            met.append(ask(server.url + SITES).status)
            server.clock.advance("PT10M")
    assert given == {"since": "2026-06-01T09:10:00Z", "until": "2026-06-01T09:20:00Z"}
    assert (met, fault.hits) == ([200, 503, 200], 1)


def test_settings_accept_timedelta_and_datetime(server):
    with server.fault("stale_data", by=timedelta(days=1)):
        (given,) = [each["fault"]["by"] for each in server.faults()]
    now = server.clock.now()
    assert (given, server.defects(since=now, until=now + timedelta(hours=1))) == ("P1D", [])
    with pytest.raises(ValueError, match=r"does not have a time zone\. Add tzinfo=UTC"):
        server.pat(expires_at=now.replace(tzinfo=None))
    with pytest.raises(TypeError, match="cannot be sent as JSON"):
        server.fault("status", detail={1, 2}).add()
