"""Servers of `make bench-peers`: commands, files and state to return the same list of sites."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from load_generator import LoadRequest

from bench import AUTHORIZED, mockapi_command

PEERS = Path(__file__).parents[1] / "build" / "peers"
NODE_MODULES = PEERS / "node_modules"
PYTHON = PEERS / "python" / "bin"
SITES = "/ecostruxure/v1/sites"
BODY = "sites.json"
NEWEST_MOCKOON_MIGRATION = 33

READY_BYTES = """
import sys
from pathlib import Path
import uvicorn
from fastapi import FastAPI, Response
body = Path(sys.argv[2]).read_bytes()
app = FastAPI(openapi_url=None)
@app.get(sys.argv[3])
async def sites():
    return Response(body, media_type="application/json")
uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False)
"""

Words = Sequence[str | Path]


class PeerError(Exception):
    """A server does not start, or its response is wrong."""


@dataclass(frozen=True)
class Server:
    """A server to measure: *ready* is its first request, *load* the measured one.

    *needs* are its programs and files, *command* depends on a port and the folder of
    `write_configurations`, *prepare* fills the state of the running server.
    """

    name: str
    needs: Sequence[str | Path]
    command: Callable[[str, Path], Words]
    ready: LoadRequest
    load: LoadRequest
    prepare: Callable[[int, Path], None] | None = None

    def missing(self) -> str | None:
        """Return the name of a program or file that is missing, or None."""
        found = (each for each in self.needs if not (shutil.which(each) or Path(each).is_file()))
        return next((Path(each).name for each in found), None)


def send(port: int, request: LoadRequest) -> bytes:
    """Return the body of a response with status 200. Raise `PeerError` for another status."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        body = request.body or None
        connection.request(request.method, request.url, body, request.headers)
        response = connection.getresponse()
        text = response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise PeerError(f"{request.method} {request.url} returns {response.status}.")
    return text


def node_version(package: str) -> str:
    """Return the installed version of the npm *package*; "" if it is missing."""
    manifest = NODE_MODULES / package / "package.json"
    return json.loads(manifest.read_text("utf-8"))["version"] if manifest.is_file() else ""


def python_version(package: str) -> str:
    """Return the version of *package* in the environment of the peers; "" if it is missing."""
    found = next(PYTHON.parent.glob(f"lib/*/site-packages/{package}-*.dist-info"), Path())
    return found.stem.partition("-")[2]


def mockapi() -> Server:
    """Return mockapi; the other servers except moto return its body."""
    sites = LoadRequest(SITES, headers=AUTHORIZED)
    return Server("mockapi", (), lambda port, _: mockapi_command(int(port)), sites, sites)


def servers() -> list[Server]:
    """Return all rows of the table."""
    return [*python_servers(), *wiremock(), *node_servers(), moto()]


def python_servers() -> list[Server]:
    sites = LoadRequest(SITES)

    def ready_bytes(port: str, folder: Path) -> Words:
        return [PYTHON / "python", "-c", READY_BYTES, port, folder / BODY, SITES]

    name = f"FastAPI {python_version('fastapi')} with ready bytes"
    return [Server(name, [PYTHON / "python"], ready_bytes, sites, sites), mockapi()]


def wiremock() -> list[Server]:
    jar = next(NODE_MODULES.glob("wiremock/build/*.jar"), NODE_MODULES / "wiremock.jar")
    name = f"WireMock {node_version('wiremock')}"
    sites = LoadRequest(SITES)

    def command(port: str, folder: Path) -> Words:
        address = ("--bind-address", "127.0.0.1", "--port", port)
        return ["java", "-jar", jar, *address, "--root-dir", folder / "wiremock"]

    def without_journal(port: str, folder: Path) -> Words:
        return [*command(port, folder), "--no-request-journal"]

    needs: list[str | Path] = ["java", jar]
    return [
        Server(name, needs, command, sites, sites),
        Server(f"{name} without journal", needs, without_journal, sites, sites),
    ]


def node_servers() -> list[Server]:
    prism = NODE_MODULES / "@stoplight" / "prism-cli" / "dist" / "index.js"
    mockoon = NODE_MODULES / "@mockoon" / "cli" / "bin" / "run.js"
    sites = LoadRequest(SITES)

    def prism_command(port: str, folder: Path) -> Words:
        address = ("--host", "127.0.0.1", "--port", port)
        return ["node", prism, "mock", *address, folder / "openapi.json"]

    def mockoon_command(port: str, folder: Path) -> Words:
        address = ("--hostname", "127.0.0.1", "--port", port)
        data = ("--data", folder / "mockoon.json", "--disable-log-to-file")
        return ["node", mockoon, "start", *address, *data]

    prism_name = f"Prism {node_version('@stoplight/prism-cli')}"
    mockoon_name = f"Mockoon {node_version('@mockoon/cli')}"
    return [
        Server(prism_name, ["node", prism], prism_command, sites, sites),
        Server(mockoon_name, ["node", mockoon], mockoon_command, sites, sites),
    ]


def moto() -> Server:
    """Return moto, which cannot return the list of sites; it scans a table with one item each."""
    program = PYTHON / "moto_server"

    def command(port: str, folder: Path) -> Words:
        return [program, "--host", "127.0.0.1", "--port", port]

    def fill(port: int, folder: Path) -> None:
        create = dynamodb(
            "CreateTable",
            TableName="sites",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        send(port, create)
        for site in json.loads((folder / BODY).read_bytes()):
            text = json.dumps(site, separators=(",", ":"))
            item = {"id": {"S": site["id"]}, "site": {"S": text}}
            send(port, dynamodb("PutItem", TableName="sites", Item=item))

    name = f"moto {python_version('moto')} (DynamoDB Scan)"
    scan = dynamodb("Scan", TableName="sites")
    return Server(name, [program], command, dynamodb("ListTables"), scan, fill)


def dynamodb(action: str, **members: object) -> LoadRequest:
    """Return a request to DynamoDB, without a signature because moto checks none."""
    credential = "mock/20261201/us-east-1/dynamodb/aws4_request"
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": f"DynamoDB_20120810.{action}",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={credential}",
    }
    return LoadRequest("/", "POST", headers, json.dumps(members))


def write_configurations(folder: Path, body: bytes) -> None:
    """Write the files from which each server responds with *body*."""
    (folder / BODY).write_bytes(body)
    _write_json(folder / "openapi.json", _openapi(body))
    _write_json(folder / "mockoon.json", _mockoon(body))
    stub = {
        "request": {"method": "GET", "urlPath": SITES},
        "response": {
            "status": 200,
            "bodyFileName": BODY,
            "headers": {"Content-Type": "application/json"},
        },
    }
    _write_json(folder / "wiremock" / "mappings" / BODY, stub)
    files = folder / "wiremock" / "__files"
    files.mkdir()
    (files / BODY).write_bytes(body)


def _write_json(path: Path, document: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document), "utf-8")


def _openapi(body: bytes) -> dict[str, object]:
    content = {"application/json": {"schema": {"type": "array"}, "example": json.loads(body)}}
    get = {"operationId": "sites", "responses": {"200": {"description": "OK", "content": content}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Sites", "version": "1"},
        "paths": {SITES: {"get": get}},
    }


def _mockoon(body: bytes) -> dict[str, object]:
    environment, route, response_id = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(3))
    response = {
        "uuid": response_id,
        "statusCode": 200,
        "body": body.decode(),
        "bodyType": "INLINE",
        "default": True,
        "headers": [{"key": "Content-Type", "value": "application/json"}],
    }
    return {
        "uuid": environment,
        # With an older number, the program prompts on the terminal whether to migrate the file.
        "lastMigration": NEWEST_MOCKOON_MIGRATION,
        "name": "Sites",
        "port": 3000,
        "routes": [
            {
                "uuid": route,
                "type": "http",
                "method": "get",
                "endpoint": SITES.removeprefix("/"),
                "responses": [response],
            }
        ],
        "rootChildren": [{"type": "route", "uuid": route}],
    }
