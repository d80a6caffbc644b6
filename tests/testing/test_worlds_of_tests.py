"""The fixtures `make_mockapi` and `mockapi_app`, and tests that are coroutines."""

import importlib.util

import httpx2
import pytest
from starlette.testclient import TestClient

from mockapi.client import MockApiError
from mockapi.testing.overrides import WrongWish

pytest_plugins = ["pytester"]


def sites(client, world) -> list[str]:
    answer = client.get(
        f"{world.partner_url}/sites", headers={"Authorization": f"Bearer {world.token()}"}
    )
    return [site["id"] for site in answer.json()]


def test_a_test_makes_several_worlds_which_do_not_meet(make_mockapi):
    first = make_mockapi()
    second = make_mockapi(scenario="vendor-samples", presets=["identity-provider-down"])
    assert first.world()["scenario"] == "demo"
    assert first.faults() == []
    assert second.world()["scenario"] == "vendor-samples"
    assert [each["fault"]["kind"] for each in second.faults()] == ["authorization_server_down"]
    assert sites(httpx2, first) == first.world()["customers"][0]["sites"]
    assert [each["operation"] for each in first.journal()] == ["listSites"]
    assert second.journal() == []


def test_a_wrong_word_for_a_world_is_told(make_mockapi):
    with pytest.raises(WrongWish, match=r"make_mockapi\(\) knows no 'sed'; did you mean seed\?"):
        make_mockapi(sed=1)
    with pytest.raises(WrongWish, match=r"make_mockapi\(\): seed=-1: must be at least 0"):
        make_mockapi(seed=-1)


def test_all_worlds_of_a_test_are_deleted_with_it(pytester: pytest.Pytester):
    pytester.makepyfile(
        """
        import pytest
        from mockapi import MockApi

        URLS = []

        def test_makes(mockapi, make_mockapi):
            URLS.extend(each.url for each in (mockapi, make_mockapi(), make_mockapi()))
            assert len(set(URLS)) == 3

        def test_looks(mockapi):
            server = MockApi(mockapi.url.rpartition("/w/")[0])
            assert [mockapi.url] == [f"{server.url}/w/{name}" for name in server.worlds()]
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_what_a_world_mints_is_the_same_in_every_process(pytester: pytest.Pytester):
    pytester.makepyfile(
        """
        import pathlib

        def test_tokens(mockapi, make_mockapi, request):
            minted = [mockapi.token(), make_mockapi().token(), make_mockapi().token()]
            assert len(set(minted)) == 3
            kept = pathlib.Path(request.config.rootpath, "minted.txt")
            if kept.exists():
                assert kept.read_text() == str(minted)
            kept.write_text(str(minted))
        """
    )
    for arguments in ([], ["-n2"]):
        result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)
        result.assert_outcomes(passed=1)


def test_an_application_answers_a_client_without_a_port(mockapi_app):
    with TestClient(mockapi_app) as client:
        assert sites(client, mockapi_app) == mockapi_app.world()["customers"][0]["sites"]
    mockapi_app.verify(operation="listSites", status=200, times=1)


async def from_a_coroutine(app) -> None:
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url=app.partner_url) as client:
        bearer = {"Authorization": f"Bearer {app.token()}"}
        with app.fault("status", status=503, times=1) as fault:
            assert (await client.get("/sites", headers=bearer)).json()["status"] == 503
        assert fault.hits == 1
        app.clock.advance("PT2H")
        assert (await client.get("/sites", headers=bearer)).json()["status"] == 401


@pytest.mark.mockapi(scenario="vendor-samples")
def test_an_application_is_led_from_within_a_loop(mockapi_app):
    import asyncio

    asyncio.run(from_a_coroutine(mockapi_app))
    assert mockapi_app.world()["scenario"] == "vendor-samples"


def test_an_application_has_worlds_beside_its_first(mockapi_app):
    beside = mockapi_app.create_world("blue", scenario="empty")
    client = TestClient(beside)
    assert sites(client, beside) == []
    assert beside.world()["scenario"] == "empty"
    beside.delete()
    with pytest.raises(MockApiError, match="There is no world 'blue'"):
        beside.world()


COROUTINES = """
{mark}
async def test_port(mockapi):
    headers = {{"Authorization": f"Bearer {{mockapi.token()}}"}}
    async with httpx2.AsyncClient(base_url=mockapi.partner_url, headers=headers) as client:
        sites = (await client.get("/sites")).json()
    assert [each["id"] for each in sites] == mockapi.world()["customers"][0]["sites"]

{mark}
async def test_application(mockapi_app):
    headers = {{"Authorization": f"Bearer {{mockapi_app.token()}}"}}
    transport = httpx2.ASGITransport(app=mockapi_app)
    async with httpx2.AsyncClient(
        transport=transport, base_url=mockapi_app.partner_url, headers=headers
    ) as client:
        sites = (await client.get("/sites")).json()
    assert [each["id"] for each in sites] == mockapi_app.world()["customers"][0]["sites"]
"""
HEAD = "import httpx2\nimport pytest\n"
ANYIO = """
@pytest.fixture
def anyio_backend():
    return "asyncio"
"""
BY_HAND = """
import asyncio
import functools

def by_hand(test):
    @functools.wraps(test)
    def run(**fixtures):
        asyncio.run(test(**fixtures))
    return run
"""


@pytest.mark.parametrize(
    ("text", "mark", "without"),
    [
        pytest.param(
            "",
            "@pytest.mark.asyncio",
            ["anyio"],
            id="pytest-asyncio",
            marks=pytest.mark.skipif(
                importlib.util.find_spec("pytest_asyncio") is None,
                reason="pytest-asyncio is not installed",
            ),
        ),
        pytest.param(ANYIO, "@pytest.mark.anyio", ["asyncio"], id="anyio"),
        pytest.param(BY_HAND, "@by_hand", ["asyncio", "anyio"], id="neither"),
    ],
)
def test_a_coroutine_uses_the_fixtures(
    pytester: pytest.Pytester, text: str, mark: str, without: list[str]
):
    pytester.makepyfile(HEAD + text + COROUTINES.format(mark=mark))
    blocked = [word for each in without for word in ("-p", f"no:{each}")]
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *blocked)
    result.assert_outcomes(passed=2)


def test_a_testcase_of_unittest_takes_the_fixture(pytester: pytest.Pytester):
    pytester.makepyfile(
        """
        import unittest
        import pytest

        class TestIt(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def world(self, mockapi):
                self.mockapi = mockapi

            @pytest.mark.mockapi(scenario="empty")
            def test_it(self):
                self.assertEqual(self.mockapi.world()["scenario"], "empty")
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
