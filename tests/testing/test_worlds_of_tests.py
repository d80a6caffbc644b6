"""The fixtures `make_mockapi` and `mockapi_app`, and tests that are coroutines."""

import importlib.util

import httpx2
import pytest
from starlette.testclient import TestClient

from mockapi.client import MockApiError
from mockapi.testing.overrides import InvalidOverrideError

pytest_plugins = ["pytester"]


def sites(client, world) -> list[str]:
    answer = client.get(
        f"{world.partner_url}/sites", headers={"Authorization": f"Bearer {world.token()}"}
    )
    return [site["id"] for site in answer.json()]


def test_worlds_of_a_test_are_separate(make_mockapi):
    first = make_mockapi()
    second = make_mockapi(scenario="vendor-samples", presets=["identity-provider-down"])
    assert first.world()["scenario"] == "demo"
    assert first.faults() == []
    assert second.world()["scenario"] == "vendor-samples"
    assert [each["fault"]["kind"] for each in second.faults()] == ["authorization_server_down"]
    assert sites(httpx2, first) == first.world()["customers"][0]["sites"]
    assert [each["operation"] for each in first.journal()] == ["listSites"]
    assert second.journal() == []


def test_invalid_option_of_make_mockapi_is_rejected(make_mockapi):
    with pytest.raises(InvalidOverrideError, match=r"'sed' is not an option\. Did you mean seed\?"):
        make_mockapi(sed=1)
    with pytest.raises(
        InvalidOverrideError, match=r"make_mockapi\(\): seed=-1: must be at least 0"
    ):
        make_mockapi(seed=-1)


def test_worlds_are_deleted_at_the_end_of_the_test(pytester: pytest.Pytester, run_suite):
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
    run_suite().assert_outcomes(passed=2)


def test_tokens_are_the_same_in_every_process(pytester: pytest.Pytester, run_suite_in_process):
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
    for arguments in ([], ["-n1"]):
        result = run_suite_in_process(*arguments)
        result.assert_outcomes(passed=1)


def test_app_fixture_serves_a_client_without_a_port(mockapi_app):
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
def test_app_fixture_works_inside_an_event_loop(mockapi_app):
    import asyncio

    asyncio.run(from_a_coroutine(mockapi_app))
    assert mockapi_app.world()["scenario"] == "vendor-samples"


def test_app_fixture_creates_named_worlds(mockapi_app):
    named = mockapi_app.create_world("blue", scenario="empty")
    client = TestClient(named)
    assert sites(client, named) == []
    assert named.world()["scenario"] == "empty"
    named.delete()
    with pytest.raises(MockApiError, match="World 'blue' does not exist"):
        named.world()


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
def test_coroutine_uses_the_fixtures(
    pytester: pytest.Pytester, run_suite, text: str, mark: str, without: list[str]
):
    pytester.makepyfile(HEAD + text + COROUTINES.format(mark=mark))
    blocked = [word for each in without for word in ("-p", f"no:{each}")]
    result = run_suite(*blocked)
    result.assert_outcomes(passed=2)


def test_unittest_test_case_uses_the_fixture(pytester: pytest.Pytester, run_suite):
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
    run_suite().assert_outcomes(passed=1)
