"""Examples: image, compose, CI, OAuth clients, and clients in other languages."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from mockapi.version import __version__

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))

# Stubs of the classes that the example uses; testcontainers itself is not installed.
STUBS = {
    "org/testcontainers/containers/GenericContainer": """
        public class GenericContainer<S extends GenericContainer<S>> implements AutoCloseable {
            public GenericContainer(org.testcontainers.utility.DockerImageName image) {}
            public S withExposedPorts(Integer... ports) { return null; }
            public S withEnv(String name, String value) { return null; }
            public S waitingFor(org.testcontainers.containers.wait.strategy.WaitStrategy until) {
                return null;
            }
            public void start() {}
            public String getHost() { return null; }
            public Integer getMappedPort(int port) { return null; }
            public void close() {}
        }""",
    "org/testcontainers/containers/wait/strategy/WaitStrategy": "public interface WaitStrategy {}",
    "org/testcontainers/containers/wait/strategy/HttpWaitStrategy": """
        public class HttpWaitStrategy implements WaitStrategy {
            public HttpWaitStrategy forPort(int port) { return this; }
        }""",
    "org/testcontainers/containers/wait/strategy/Wait": """
        public class Wait {
            public static HttpWaitStrategy forHttp(String path) { return null; }
        }""",
    "org/testcontainers/utility/DockerImageName": """
        public final class DockerImageName {
            public static DockerImageName parse(String name) { return null; }
        }""",
}


def health_check() -> tuple[dict[str, str], list[str]]:
    """Return the options and the command of the image's health check."""
    line = re.search(r"^HEALTHCHECK (.*?) \\\n    CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    options = dict(re.findall(r"--([\w-]+)=(\S+)", line[1]))
    return options, yaml.safe_load(line[2])


def test_image_health_check_starts_at_once():
    options, command = health_check()
    # A start period would delay the first check on newer engines, which then check every 5 s.
    assert options == {"interval": "1s", "timeout": "15s", "retries": "10"}
    assert command == ["mockapi", "healthcheck", "--wait", "2", "--hold", "9"]


def test_image_has_the_version_of_the_package():
    assert re.findall(r"^ARG VERSION=(.*)$", DOCKERFILE, re.MULTILINE) == [__version__]


def test_compose_client_waits_for_a_healthy_server():
    client = COMPOSE["services"]["client"]
    assert client["depends_on"] == {"mockapi": {"condition": "service_healthy"}}
    assert {each["image"] for each in COMPOSE["services"].values()} == {
        "mockapi",
        re.search(r"^ARG PYTHON_IMAGE=(.*)$", DOCKERFILE, re.MULTILINE)[1],
    }
    mounted, inside, _ = client["volumes"][0].split(":")
    assert ROOT.joinpath(mounted).is_file() and client["command"] == ["python", inside]


def test_compose_client_completes(server_url):
    environment = COMPOSE["services"]["client"]["environment"]
    here = "http://mockapi:8080"
    url = server_url()
    run = subprocess.run(
        [sys.executable, EXAMPLES / "compose" / "client.py"],
        env={
            **os.environ,
            **{key: each.replace(here, url) for key, each in environment.items()},
        },
        capture_output=True,
        text=True,
        check=True,
    )
    *sites, arrived, posted, requested_scoring, read = run.stdout.splitlines()
    scored, requested = (each.partition(":")[0] for each in (sites[0], sites[-1]))
    assert len(sites) == 8 and "Electricity" in sites[0]
    assert re.fullmatch(rf"[1-9]\d* readings of {scored} arrived in a day", arrived)
    assert posted == f"posted: 71.5 for {scored}"
    assert requested_scoring == f"requested scoring of {requested}: PENDING"
    assert re.fullmatch(r"read: 71\.5 among \d+ monthly scores", read)


def test_github_service_has_the_health_check_of_the_image():
    workflow = yaml.safe_load((EXAMPLES / "ci" / "github-actions.yaml").read_text("utf-8"))
    service = workflow["jobs"]["tests"]["services"]["mockapi"]
    words = shlex.split(service["options"])
    options_of_service = dict(zip(words[::2], words[1::2], strict=True))
    options, command = health_check()
    assert options_of_service == {
        "--health-cmd": " ".join(command),
        **{f"--health-{name}": value for name, value in options.items()},
    }
    assert (service["image"], service["ports"]) == ("REGISTRY/OWNER/mockapi", ["8080:8080"])


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
@pytest.mark.parametrize("name", ["testcontainers.mjs", "oauth/openid_client.mjs"])
def test_example_is_javascript(name):
    subprocess.run(["node", "--check", EXAMPLES / name], check=True)


@pytest.mark.parametrize(
    ("library", "name"),
    [("authlib", "authlib_client.py"), ("requests_oauthlib", "requests_oauthlib_client.py")],
)
def test_oauth_client_completes_the_flow(server_url, library, name):
    pytest.importorskip(library)
    run = subprocess.run(
        [sys.executable, EXAMPLES / "oauth" / name],
        env={**os.environ, "MOCKAPI": server_url(auto_consent=True)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "8 sites\n"


def test_spring_configuration_names_client_and_endpoints(client):
    text = (EXAMPLES / "oauth" / "spring-application.yaml").read_text("utf-8")
    oauth = yaml.safe_load(text)["spring"]["security"]["oauth2"]["client"]
    registration, provider = (oauth[name]["scoring"] for name in ("registration", "provider"))
    world = client.get("/__admin/world").json()
    (known,) = [each for each in world["clients"] if each["client_id"] == registration["client-id"]]
    assert known["client_secret"] == registration["client-secret"]
    assert registration["redirect-uri"] in known["redirect_uris"]
    metadata = client.get("/.well-known/oauth-authorization-server").json()
    for name in ("authorization", "token"):
        path = urlsplit(metadata[f"{name}_endpoint"]).path
        assert provider[f"{name}-uri"] == "${scoring.origin}" + path


@pytest.mark.skipif(shutil.which("javac") is None, reason="no Java compiler is installed")
def test_java_example_compiles(tmp_path):
    sources = [EXAMPLES / "MockApiExample.java"]
    for name, body in STUBS.items():
        package, _, _ = name.rpartition("/")
        source = tmp_path / "stubs" / f"{name}.java"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(f"package {package.replace('/', '.')};\n{body}\n")
        sources.append(source)
    subprocess.run(["javac", "-Xlint:-rawtypes", "-d", tmp_path / "classes", *sources], check=True)
