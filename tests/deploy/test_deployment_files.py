"""Files of `deploy/` that need an engine or a cluster: their consistency, without either."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
BASE = DEPLOY / "kubernetes" / "base"
SCALE = DEPLOY / "kubernetes" / "scale"
COMPOSE = yaml.safe_load((DEPLOY / "compose.scale.yaml").read_text("utf-8"))["services"]
REPLICAS = [f"mockapi-{number}" for number in range(1, 5)]
ADDRESSES = [f"{name}:8080" for name in REPLICAS]
HARDENED = {
    "read_only": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
    "restart": "unless-stopped",
}


def text_of(name: str) -> str:
    return (DEPLOY / "nginx" / name).read_text("utf-8")


def manifest(name: str, folder: Path = SCALE) -> dict[str, Any]:
    return yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8"))


def pod_of(workload: dict[str, Any]) -> dict[str, Any]:
    return workload["spec"]["template"]["spec"]


def test_every_replica_is_in_the_hash_and_alone():
    text = text_of("replicas.conf")
    hashed = re.findall(r"^    server (\S+) max_fails=0;$", text, re.MULTILINE)
    alone = re.findall(r"^upstream mockapi_(\d+) { server (\S+) max_fails=0;", text, re.MULTILINE)
    assert hashed == ADDRESSES
    assert alone == [(str(number), each) for number, each in enumerate(ADDRESSES, 1)]


def test_compose_runs_the_replicas_of_the_nginx_files():
    assert list(COMPOSE) == [*REPLICAS, "nginx"]
    for service in COMPOSE.values():
        assert {name: service[name] for name in HARDENED} == HARDENED
    for name in REPLICAS:
        assert "ports" not in COMPOSE[name]
        assert ROOT.samefile(DEPLOY / COMPOSE[name]["build"])
    proxy = COMPOSE["nginx"]
    assert proxy["depends_on"] == {name: {"condition": "service_healthy"} for name in REPLICAS}
    assert proxy["ports"] == ["127.0.0.1:8080:8080"]
    mounted, inside, mode = proxy["volumes"][0].split(":")
    assert (DEPLOY / mounted).samefile(DEPLOY / "nginx") and mode == "ro"
    assert proxy["command"][-1] == f"{inside}/nginx.conf"
    assert "listen 8080;" in text_of("nginx.conf")


def test_nginx_includes_every_file():
    included = re.findall(r"^ +include (\S+);$", text_of("nginx.conf"), re.MULTILINE)
    found = {path.name for path in (DEPLOY / "nginx").iterdir()}
    assert {"nginx.conf", *included} == found


def test_stateful_set_matches_service_and_image():
    service, workload = manifest("service"), manifest("statefulset")
    assert service["spec"]["clusterIP"] == "None"
    assert workload["spec"]["serviceName"] == service["metadata"]["name"]
    assert workload["spec"]["replicas"] == len(REPLICAS)
    pod = workload["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    (port,) = service["spec"]["ports"]
    assert container["ports"] == [{"name": port["targetPort"], "containerPort": port["port"]}]
    user = re.search(r"^USER (\d+):(\d+)$", (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    context = pod["securityContext"]
    assert (str(context["runAsUser"]), str(context["runAsGroup"])) == user.groups()
    assert context["runAsNonRoot"] is True
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    probes = [container[f"{name}Probe"]["httpGet"] for name in ("startup", "readiness", "liveness")]
    assert probes == [{"path": "/healthz", "port": port["name"]}] * 3


def test_ingress_hashes_by_the_name_of_the_world():
    ingress, patch = manifest("ingress"), manifest("controller-patch")
    annotations = ingress["metadata"]["annotations"]
    variable = annotations["nginx.ingress.kubernetes.io/upstream-hash-by"]
    expressions = [
        re.findall(r'^ +"(~.*)" (\S+);$', each.partition("}")[0], re.MULTILINE)
        for each in (patch["data"]["http-snippet"], text_of("mockapi-http.conf"))
    ]
    assert f"map $uri {variable} {{" in patch["data"]["http-snippet"]
    assert len(expressions[0]) == 2 and expressions[0] == expressions[1]
    assert {type(each) for each in annotations.values()} == {str}
    (rule,) = ingress["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    assert path["backend"]["service"]["name"] == manifest("service")["metadata"]["name"]
    (container,) = manifest("statefulset")["spec"]["template"]["spec"]["containers"]
    assert container["env"] == [{"name": "MOCKAPI_PUBLIC_URL", "value": f"http://{rule['host']}"}]


def test_kustomization_lists_every_manifest():
    listed = manifest("kustomization")["resources"]
    found = {path.name for path in SCALE.iterdir()}
    assert {*listed, "kustomization.yaml", "controller-patch.yaml"} == found


def test_base_runs_one_pod_like_the_replicas():
    service, workload = manifest("service", BASE), manifest("deployment", BASE)
    labels = workload["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["selector"] == workload["spec"]["selector"]["matchLabels"] == labels
    assert workload["spec"]["replicas"] == 1
    pod, replica = pod_of(workload), pod_of(manifest("statefulset"))
    (container,), (other,) = pod["containers"], replica["containers"]
    assert pod["securityContext"] == replica["securityContext"]
    for name in ("securityContext", "ports", "image", "imagePullPolicy"):
        assert container[name] == other[name]
    (port,) = service["spec"]["ports"]
    assert (port["targetPort"], port["port"]) == ("http", container["ports"][0]["containerPort"])
    probes = {name: container[f"{name}Probe"]["httpGet"]["path"] for name in PROBES}
    assert probes == PROBES
    assert container["resources"]["limits"]["memory"] == "1Gi"


PROBES = {"startup": "/readyz", "readiness": "/readyz", "liveness": "/healthz"}


def test_base_lists_every_manifest():
    found = {path.name for path in BASE.iterdir()}
    assert {*manifest("kustomization", BASE)["resources"], "kustomization.yaml"} == found


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_overlay_of_the_guide_builds(tmp_path):
    page = (ROOT / "docs" / "how-to" / "kubernetes.md").read_text("utf-8")
    overlay, scenarios = (
        part.partition("```")[0]
        for part in page.split("```text\n")
        if part.startswith(("apiVersion:", "configMapGenerator:"))
    )
    shutil.copytree(BASE, tmp_path / "base")
    (tmp_path / "kustomization.yaml").write_text(overlay + scenarios, "utf-8")
    (tmp_path / "mine.yaml").write_text("sites: []\n", "utf-8")
    built = subprocess.run(
        ["kubectl", "kustomize", tmp_path], capture_output=True, text=True, check=True
    ).stdout
    kinds = {each["kind"]: each for each in yaml.safe_load_all(built)}
    (container,) = pod_of(kinds["Deployment"])["containers"]
    assert container["image"] == "registry.example.com/owner/mockapi:0.1.0"
    assert {"name": "MOCKAPI_SCENARIO", "value": "mine"} in container["env"]
    assert container["volumeMounts"] == [{"mountPath": "/scenarios", "name": "scenarios"}]
    assert kinds["Service"]["metadata"]["namespace"] == "tests"


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kustomization_builds_with_one_selector():
    built = subprocess.run(
        ["kubectl", "kustomize", SCALE], capture_output=True, text=True, check=True
    ).stdout
    kinds = {each["kind"]: each for each in yaml.safe_load_all(built)}
    assert sorted(kinds) == ["Ingress", "Service", "StatefulSet"]
    selected = kinds["Service"]["spec"]["selector"]
    workload = kinds["StatefulSet"]["spec"]
    assert workload["selector"]["matchLabels"] == selected
    assert workload["template"]["metadata"]["labels"] == selected
