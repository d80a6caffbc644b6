"""The pytest plugin in generated test suites."""

import subprocess
import sys

import pytest

from mockapi import create_app, serve_in_thread
from mockapi.client import MockApi, MockApiError

pytest_plugins = ["pytester"]


def test_fixture_has_url_and_tokens_of_a_new_world(mockapi):
    import httpx2

    bearer = {"Authorization": f"Bearer {mockapi.token()}"}
    sites = httpx2.get(f"{mockapi.partner_url}/sites", headers=bearer).json()
    assert [site["id"] for site in sites] == mockapi.world()["customers"][0]["sites"]


def test_every_test_of_a_suite_has_a_new_world(pytester: pytest.Pytester, run_suite):
    pytester.makepyfile(
        """
        import json
        from urllib.request import Request, urlopen

        import pytest

        def call(url, token, body=None):
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            data = None if body is None else json.dumps(body).encode()
            return json.load(urlopen(Request(url, data, headers)))

        @pytest.mark.parametrize("run", [1, 2])
        def test_scores(mockapi, run):
            partner, user = mockapi.token(), mockapi.pat(name="mine", scope="read:energy-score")
            site = mockapi.world()["customers"][0]["sites"][0]
            scores = f"/sites/{site}/performance-scores"
            before = len(call(mockapi.user_url + scores, user))
            assert before > 3
            score = {"date": "2026-06-01", "score": 1, "type": "daily", "category": "waste"}
            call(mockapi.partner_url + scores, partner, [score])
            assert len(call(mockapi.user_url + scores, user)) == before + 1
            mockapi.reset()
            with pytest.raises(Exception, match="401"):
                call(mockapi.user_url + scores, user)
        """
    )
    run_suite().assert_outcomes(passed=2)


def test_suite_overrides_the_settings_fixture(pytester: pytest.Pytester, run_suite):
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture(scope="session")
        def mockapi_settings():
            from mockapi import Settings
            return Settings(scenario="vendor-samples", admin_token="mockAdmin")

        def test_world(mockapi):
            assert mockapi.world()["scenario"] == "vendor-samples"
        """
    )
    run_suite().assert_outcomes(passed=1)


def test_each_module_and_class_overrides_the_settings(
    pytester: pytest.Pytester, run_suite_in_process
):
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def mockapi_settings():
            from mockapi import Settings
            return Settings(scenario="vendor-samples")
        """
    )
    pytester.makepyfile(
        test_first="""
        import pytest
        from mockapi import Settings

        @pytest.fixture
        def mockapi_settings():
            return Settings(scenario="empty")

        def test_of_a_file(mockapi):
            assert mockapi.world()["scenario"] == "empty"

        class TestOfAClass:
            @pytest.fixture(scope="class")
            def mockapi_settings(self):
                return Settings(scenario="empty", seed=7)

            def test_world(self, mockapi):
                assert mockapi.world()["seed"] == 7

        @pytest.mark.parametrize("mockapi_settings", [Settings(seed=8), Settings(seed=9)])
        def test_of_one_test(mockapi, mockapi_settings):
            assert mockapi.world()["seed"] == mockapi_settings.seed
        """,
        test_second="""
        import threading

        def test_of_the_session(mockapi):
            assert mockapi.world()["scenario"] == "vendor-samples"

        def test_one_server_has_them_all(mockapi):
            names = [thread.name for thread in threading.enumerate()]
            assert names.count("mockapi") == 1
        """,
    )
    result = run_suite_in_process()
    result.assert_outcomes(passed=6)


def test_suite_without_fixtures_starts_no_server(pytester: pytest.Pytester, run_suite_in_process):
    pytester.makepyfile(
        """
        import sys

        def test_nothing():
            assert "mockapi.app" not in sys.modules
        """
    )
    run_suite_in_process().assert_outcomes(passed=1)


def test_serve_in_thread_leaves_the_world_open():
    app = create_app()
    with serve_in_thread(app):
        pass
    assert app.state.world.store.customers()
    app.state.world.close()


def test_suite_runs_unchanged_on_a_remote_server(
    pytester: pytest.Pytester, run_suite, monkeypatch: pytest.MonkeyPatch
):
    pytester.makepyfile(
        """
        import os

        import pytest
        from mockapi import Settings

        def test_address(mockapi):
            assert mockapi.url.startswith(os.environ["MOCKAPI_URL"] + "/w/")
            assert mockapi.token().startswith("mock")

        @pytest.mark.parametrize("mockapi_settings", [Settings(scenario="empty", seed=5)])
        def test_settings(mockapi, mockapi_settings):
            world = mockapi.world()
            assert (world["scenario"], world["seed"]) == ("empty", 5)
        """
    )
    with serve_in_thread(create_app()) as url:
        monkeypatch.setenv("MOCKAPI_URL", url)
        run_suite().assert_outcomes(passed=2)
        assert MockApi(url).worlds() == []


def test_plugin_imports_no_heavy_modules():
    script = (
        "import sys, mockapi.testing.plugin; "
        "print([m for m in ('fastapi', 'sqlmodel', 'pydantic', 'faker') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_client_error_has_the_reason(mockapi):
    with pytest.raises(MockApiError) as caught:
        mockapi.token(customer="unknown@example.com")
    assert str(caught.value) == (
        "POST /__admin/tokens: No customer has the id or e-mail address 'unknown@example.com'."
    )


def test_unreachable_server_is_reported():
    with serve_in_thread(create_app()) as url:
        pass
    with pytest.raises(MockApiError, match=f"No response from {url}"):
        MockApi(url).world()


def test_client_creates_and_deletes_a_world(mockapi, tmp_path):
    file = tmp_path / "one.yaml"
    file.write_text("sites: [{building: office, city: Lyon, area: 12000}]")
    root = mockapi.url.rpartition("/w/")[0]
    server = MockApi(root)
    before = server.worlds()
    with pytest.raises(MockApiError, match="Worlds can only be managed"):
        mockapi.create_world()
    named = server.create_world("mine", scenario=str(file), seed=3)
    assert named.url == f"{root}/w/mine"
    assert named.world()["seed"] == 3
    assert len(named.world()["customers"][0]["sites"]) == 1
    assert server.worlds() == [*before, "mine"]
    named.delete()
    assert server.worlds() == before
    with pytest.raises(MockApiError, match="World 'mine' does not exist"):
        named.world()
    with pytest.raises(MockApiError, match="default world cannot be deleted"):
        server.delete()


def test_marker_enables_faults_for_one_test(pytester: pytest.Pytester, run_suite):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.mockapi(
            faults=[{"kind": "status", "status": 502, "times": 1, "operation": "listSites"}],
            presets=["identity-provider-down"],
        )
        def test_marked(mockapi):
            kinds = [each["fault"]["kind"] for each in mockapi.faults()]
            assert kinds == ["authorization_server_down", "status"]

        def test_unmarked(mockapi):
            assert mockapi.faults() == []

        @pytest.mark.mockapi(fualts=[])
        def test_misspelled(mockapi):
            pass
        """
    )
    run = run_suite("--strict-markers")
    run.assert_outcomes(passed=2, errors=1)


def test_fixture_serves_https(pytester: pytest.Pytester, run_suite):
    pytester.makepyfile(
        """
        import ssl
        from urllib.request import Request, urlopen

        import pytest

        from mockapi import Settings


        @pytest.fixture(scope="session")
        def mockapi_settings():
            return Settings(tls=True)


        def test_client_uses_https(mockapi):
            context = ssl.create_default_context(cafile=mockapi.ca_file)
            headers = {"Authorization": f"Bearer {mockapi.token()}"}
            urlopen(Request(f"{mockapi.partner_url}/sites", headers=headers), context=context)
            mockapi.verify(operation="listSites", status=200, times=1)
        """
    )
    run_suite().assert_outcomes(passed=1)
