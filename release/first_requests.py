"""Check that endpoints answer the first request of a fresh process as they do later ones.

When the server of a scenario has answered `GET sites`, it forks one process per endpoint, which
answers one request, and one process that answers all of them in turn. Both must give the same
answer. With --one-in, only some endpoints have a process of their own. With --frozen, a second
process answers all of them in turn in frozen time.

Any Python that has mockapi runs this, from standard input as well, as in an image.
"""

import argparse
import asyncio
import gc
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from datetime import UTC, datetime
from hashlib import blake2b
from http import HTTPStatus
from typing import Any

Request = tuple[str, str]
Summary = list[Any]
"""Status, length and hash of an answer."""

NO_BODY = blake2b(digest_size=8).hexdigest()
SITES = "/ecostruxure/scoring/v1/sites"
WINDOW = "updatedAt[gte]=2026-05-01T00:00:00Z&updatedAt[lt]=2026-05-03T00:00:00Z"
VALUES = {
    "name": "demo",
    "kind": "status",
    "number": "1",
    "date": "2026-05-20",
    "since": "2026-05-20T00:00:00Z",
}
"""Values of parameters, in addition to those of the world's first site."""
NOT_THERE = (
    "/__admin/worlds/",
    "/__admin/snapshots/",
    "/__admin/faults/",
    "/__admin/series",
    "/__admin/scores/explain",
    "/console/clock/effects",
    "/console/journal/compare",
)
"""These may answer 404: nothing has the name yet, the site is not registered, or no query."""
NOT_THERE_WITHOUT_QUERY = "/totals"
ENDLESS = "/__admin/journal/tail"
DEPEND_ON_EARLIER_REQUESTS = ("/__admin/journal", "/console", "/docs", "/")
"""Of these the status is compared, not the body."""
WRITES = (
    ("POST", "/__admin/tokens", {}, 200),
    ("POST", "/__admin/faults", {"kind": "status", "status": 503}, 201),
    ("PUT", "/__admin/clock", {"advance": "PT1H"}, 200),
    ("POST", "/__admin/worlds", {"name": "first"}, 201),
    ("POST", "/__admin/snapshots", {"name": "first"}, 201),
    ("POST", "/__admin/reset", {}, 204),
    ("PUT", "/__admin/readings", {"readings": []}, 400),
    ("POST", "/ecostruxure/v1/oauth/token", {}, 400),
)


class Start:
    """A server in this process that has answered `GET sites` and nothing else."""

    def __init__(self, scenario: str, *, frozen: bool = False) -> None:
        if frozen:
            import freezegun  # noqa: F401 - as a test module does that freezes time later

        from mockapi import Settings, create_app
        from mockapi.client.asgi_client import fetch

        self._fetch, self._frozen = fetch, frozen
        self._app = create_app(Settings(scenario=scenario))
        self._world = self._app.state.world
        ready = self._world.demo_credentials()
        self._tokens = {"partner": ready.access_token, "user": ready.personal_token}
        sites = json.loads(asyncio.run(self._ask("GET", SITES)).body) if ready.access_token else ()
        self._values = VALUES | (
            {"site": sites[0]["id"], "site_id": sites[0]["id"]} if sites else {}
        )

    def close(self) -> None:
        self._app.state.worlds.close()

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        token = self._tokens["user" if "/user/" in path else "partner"]
        headers = {"content-type": "application/json"}
        if token and not path.startswith("/__admin"):
            headers["authorization"] = f"Bearer {token}"
        content = b"" if body is None else json.dumps(body).encode()
        return await self._fetch(self._app, path, headers, method=method, body=content)

    async def _summary(self, method: str, path: str, body: Any = None) -> Summary:
        answer = await self._ask(method, path, body)
        whole = path.partition("?")[0]
        is_compared = whole != "/" and not whole.startswith(DEPEND_ON_EARLIER_REQUESTS[:-1])
        content = answer.body if is_compared and method == "GET" else b""
        return [answer.status, len(content), blake2b(content, digest_size=8).hexdigest()]

    def frozen_time(self) -> AbstractContextManager[Any]:
        """Return a context with frozen time, if the server is for one; else an empty context."""
        if not self._frozen:
            return nullcontext()
        from freezegun import freeze_time

        return freeze_time(datetime.now(UTC), real_asyncio=True)

    def first(self, *request: Any) -> Summary:
        """Return status, length and hash of the answer to *request*."""
        return asyncio.run(self._summary(*request))

    def in_turn(self, requests: Sequence[Request]) -> Sequence[Summary]:
        return [asyncio.run(self._summary(*each)) for each in requests]

    def at_once(self, requests: Sequence[Request]) -> Sequence[Summary]:
        async def ask() -> Sequence[Summary]:
            return await asyncio.gather(*(self._summary(*each) for each in requests))

        return asyncio.run(ask())

    def api_paths(self, *, aliases: bool) -> Sequence[str]:
        """Return the GET paths of the two APIs."""
        from mockapi.api.products import PRODUCTS

        paths = [
            product.bases[0] + path.format_map(self._values)
            for product in PRODUCTS
            for operation in product.operations
            if operation.method == "GET" and self._tokens[product.name] and "site" in self._values
            for path in (operation.path, operation.alias if aliases else None)
            if path is not None
        ]
        return [f"{each}?{WINDOW}" if each.endswith("/timeseries") else each for each in paths]

    def other_paths(self) -> Sequence[str]:
        """Return the GET paths of control API, console and documents."""
        from mockapi.console.app import console_routes

        values = dict(self._values)
        if "site" in values:
            view = asyncio.run(self._ask("GET", f"/__admin/sites/{values['site']}"))
            meters = json.loads(view.body)["meters"]
            keys = [each["key"] for meter in meters for each in meter["measurements"]]
            values |= {"key": keys[0]} if keys else {}
        document = json.loads(asyncio.run(self._ask("GET", "/openapi/control.json")).body)
        paths = [each.path.replace(":int", "") for each in console_routes()]
        # `name` is that of an API there, and of a scenario elsewhere.
        paths = [each for each in paths if not each.startswith(("/docs/{name}", "/openapi/"))]
        for path, operations in document["paths"].items():
            if "get" in operations and "/__admin" + path != ENDLESS:
                named = operations["get"].get("parameters", ())
                needed = [
                    each["name"] for each in named if each["in"] == "query" and each["required"]
                ]
                query = "&".join(f"{each}={{{each}}}" for each in needed)
                paths.append(f"/__admin{path}" + (query and f"?{query}"))
        paths += [f"/openapi/{each}.json" for each in ("partner", "user", "control")]
        paths += [
            "/docs/partner",
            "/docs/partner/listSites",
            "/.well-known/oauth-authorization-server",
        ]
        values["fault_id"] = "none"
        filled = []
        for path in paths:
            try:
                filled.append(path.format_map(values))
            except KeyError:
                continue  # a scenario without sites has no answer to this one
        return filled


class Failed(Exception):
    """A process ended with an exception; the text is its traceback."""


def in_own_process(work: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Return what *work* returns in a process forked for it."""
    reader, writer = os.pipe()
    process = os.fork()
    if not process:
        # A quarter of the time of imports is garbage collection.
        gc.disable()
        try:
            outcome = {"result": work(*arguments, **options)}
        except BaseException:  # noqa: BLE001 - the parent process reports it
            outcome = {"failed": traceback.format_exc()}
        with os.fdopen(writer, "w") as pipe:
            json.dump(outcome, pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(process, 0)
    outcome = json.loads(text or '{"failed": "The process was killed."}')
    if "failed" in outcome:
        raise Failed(outcome["failed"])
    return outcome["result"]


def difference(
    request: Any, expected: Any, work: Callable[..., Any], *arguments: Any
) -> Sequence[str]:
    """Return one sentence if *work*, in its own process, does not give the *expected* answer."""
    try:
        answers = in_own_process(work, *arguments)
    except Failed as error:
        return [f"{request}: {error}"]
    if answers == expected:
        return []
    return [f"{request}: status, length, hash are {answers}, and later {expected}."]


def check(scenario: str, *, every: bool, frozen: bool, one_in: int) -> tuple[int, Sequence[str]]:
    """Return how many requests a start of *scenario* answered, and what was wrong."""
    with closing(Start(scenario, frozen=frozen)) as start:
        api_paths = [("GET", each) for each in in_own_process(start.api_paths, aliases=every)]
        rest = [("GET", each) for each in in_own_process(start.other_paths)] if every else []
        requests = api_paths + rest
        try:
            later = in_own_process(start.in_turn, requests)
        except Failed as error:
            return len(requests), [f"all in turn: {error}"]
        mistakes = [
            f"{request} returns {status}."
            for request, (status, *_) in zip(requests, later, strict=True)
            if status >= HTTPStatus.BAD_REQUEST and not _may_be_absent(status, request[1])
        ]
        if not one_in:
            return len(requests), mistakes
        mistakes += difference("all at once", later[: len(api_paths)], start.at_once, api_paths)
        writes = WRITES if every else ()
        # Frozen here and not in each process, because freezegun reads every attribute of every
        # module. The server has answered `GET sites` before, and nothing since.
        with start.frozen_time():
            if frozen:
                # In one process: each module is imported once, in frozen time.
                mistakes += difference("in frozen time", later, start.in_turn, requests)
                right = [[each[3], 0, NO_BODY] for each in writes]
                mistakes += difference(
                    "writes in frozen time", right, start.in_turn, [each[:3] for each in writes]
                )
                return len(requests), mistakes
            for request, right in list(zip(requests, later, strict=True))[::one_in]:
                mistakes += difference(request, right, start.first, *request)
            for method, path, body, status in writes[::one_in]:
                right = [status, 0, NO_BODY]
                mistakes += difference((method, path), right, start.first, method, path, body)
    return len(requests), mistakes


def _may_be_absent(status: int, path: str) -> bool:
    return status == HTTPStatus.NOT_FOUND and (
        path.startswith(NOT_THERE) or path.endswith(NOT_THERE_WITHOUT_QUERY)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="+")
    parser.add_argument("--every", action="store_true", help="all endpoints, not the APIs' alone")
    parser.add_argument(
        "--one-in",
        type=int,
        default=1,
        metavar="N",
        help="give each N-th endpoint a process of its own; with 0, request all in turn only",
    )
    parser.add_argument("--frozen", action="store_true", help="request them inside freeze_time")
    parser.add_argument("--bytecode", help="a folder for bytecode; else as the environment says")
    options = parser.parse_args()
    if options.bytecode is not None:
        sys.pycache_prefix, sys.dont_write_bytecode = options.bytecode, False
    # Writes the bytecode, so that the starts below read it.
    in_own_process(lambda: Start(options.scenarios[0]).close())
    wrong = 0
    for scenario in options.scenarios:
        count, mistakes = in_own_process(
            check,
            scenario,
            every=options.every,
            frozen=options.frozen,
            one_in=options.one_in,
        )
        print(f"{scenario}: {count} first requests, {len(mistakes)} mistakes")
        print("".join(f"  {each}\n" for each in mistakes), end="", flush=True)
        wrong += len(mistakes)
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
