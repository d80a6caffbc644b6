"""Measures what the journal and an empty fault plan cost a request, and how soon worlds are made.

In this process and on its processor time alone, without a socket: what a socket costs would hide
what is measured. The variants take turns, so that a busy machine is busy for all of them alike.
"""

import asyncio
import time
from collections.abc import Callable
from statistics import median

from starlette.types import ASGIApp, Message, Scope

from mockapi.app import create_app
from mockapi.settings import Settings
from mockapi.world.world import World

ROUNDS = 40
REQUESTS = 50
WORLDS = 15
SITES = "/ecostruxure/scoring/v1/sites"
TOKEN = b"Bearer mockAccessToken000000000Ada1"
# As uvicorn hands a request of an ordinary client over.
HEADERS = [
    (b"host", b"127.0.0.1:8080"),
    (b"user-agent", b"bench"),
    (b"accept", b"*/*"),
    (b"accept-encoding", b"gzip, deflate"),
    (b"connection", b"keep-alive"),
    (b"authorization", TOKEN),
]


def main() -> None:
    print(f"{ROUNDS} turns of {REQUESTS} requests each; GET /sites of the demo, in-process\n")
    print(f"{'':40}{'with':>10}{'without':>10}{'ratio':>8}   target")
    measure_requests()
    measure_worlds()


def measure_requests() -> None:
    """Compare the whole app with one that lacks the journal, and one without either."""
    whole = create_app(Settings())
    unkept = create_app(Settings(journal_size=0))
    faultless = create_app(Settings(journal_size=0))
    faultless.user_middleware = [
        each for each in faultless.user_middleware if each.cls.__name__ != "FaultMiddleware"
    ]
    variants: dict[str, ASGIApp] = {"whole": whole, "unkept": unkept, "faultless": faultless}
    took: dict[str, list[float]] = {name: [] for name in variants}
    for app in variants.values():
        asyncio.run(ask(app, REQUESTS))
    for _ in range(ROUNDS):
        for name, app in variants.items():
            took[name].append(asyncio.run(ask(app, REQUESTS)) / REQUESTS * 1e6)
    for what, with_it, without in (
        ("journal, us of CPU a request", "whole", "unkept"),
        ("empty fault plan, us of CPU a request", "unkept", "faultless"),
        ("both, us of CPU a request", "whole", "faultless"),
    ):
        ratios = [one / other for one, other in zip(took[with_it], took[without], strict=True)]
        row(what, median(took[with_it]), median(took[without]), median(ratios), "<= 1.15")


async def ask(app: ASGIApp, requests: int) -> float:
    """Return the seconds of processor that so many requests take."""
    began = time.process_time()
    for _ in range(requests):
        await app(scope(), receive, send)
    return time.process_time() - began


def scope() -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": SITES,
        "raw_path": SITES.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": list(HEADERS),
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8080),
    }


async def receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def send(message: Message) -> None:
    if message["type"] == "http.response.start" and message["status"] != 200:
        raise RuntimeError(f"The answer was {message['status']}.")


def measure_worlds() -> None:
    """Tell how long a demo world takes to be made beside others, and to be put back."""
    made, reset = [], []
    world = World.open(Settings())
    for number in range(WORLDS):
        made.append(milliseconds(lambda: World.open(Settings(), name=f"w{number}").close()))  # noqa: B023
        reset.append(milliseconds(world.reset))
    world.close()
    for name, took, target in (("creation", made, "< 20 ms"), ("reset", reset, "< 5 ms")):
        for how, pick in (("median", median), ("best", min)):
            print(f"{f'{name} of a demo world, ms ({how})':40}{pick(took):10.1f}{'':18}   {target}")


def milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1e3


def row(name: str, measured: float, plain: float, ratio: float, target: str) -> None:
    print(f"{name:40}{measured:10.0f}{plain:10.0f}{ratio:8.2f}   {target}", flush=True)


if __name__ == "__main__":
    main()
