"""Lets the faults of a world strike its requests; knows no kind of them by name."""

from collections.abc import Iterable, Sequence
from typing import Any

from mockapi.faults.answer import body_of, breaking, problem
from mockapi.faults.asgi import App, Receive, Scope, Send
from mockapi.faults.connection import transport_of
from mockapi.faults.plan import Decision, in_order
from mockapi.faults.spelling import HEADER, HeaderMistake, faults_of
from mockapi.faults.strike import Gate, Strike, Struck
from mockapi.faults.subject import Subject

_HEADER = HEADER.lower().encode()
_STRUCK = "mockapi.faults"
"""Where the scope lists the faults that struck a request, for whoever keeps a record."""


class FaultMiddleware:
    """Stands before the two APIs; costs a request nothing while no fault is on."""

    def __init__(self, app: App, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        world = scope["mockapi.world"]
        wishes = [value.decode("latin-1") for name, value in scope["headers"] if name == _HEADER]
        if world.faults.is_idle and not wishes:
            await self._app(scope, receive, send)
            return
        limit = world.settings.max_body_bytes
        subject = self._gate.subject(scope, b"")
        if subject is None:
            await self._app(scope, receive, send)
            return
        if subject.api == "oauth" and subject.method == "POST":
            form, receive = await body_of(receive, limit)
            subject = self._gate.subject(scope, form) or subject
        try:
            decisions = in_order(
                [*world.faults.decide(subject, world.now()), *_wished(wishes, subject, world.seed)]
            )
        except HeaderMistake as mistake:
            await problem(400, "Bad Request", f"{HEADER}: {mistake}").send(send)
            return
        for each in decisions:
            if each.fault.needs_socket and transport_of(scope) is None:
                await _without_socket(each.struck).send(send)
                return
        await self._strike(decisions, subject, scope, receive, send)

    async def _strike(
        self,
        decisions: Sequence[Decision],
        subject: Subject,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        struck: list[Struck] = scope.setdefault(_STRUCK, [])
        app = self._app
        for each in reversed(decisions):
            app = _wrapped(app, each, self._strike_of(each, subject, scope, struck), struck)
        await app(scope, receive, breaking(send))

    def _strike_of(
        self, decision: Decision, subject: Subject, scope: Scope, struck: list[Struck]
    ) -> Strike:
        world = scope["mockapi.world"]
        standing = decision.standing

        def miss() -> None:
            struck.remove(decision.struck)
            if standing is not None:
                standing.miss(decision.key)

        return Strike(
            decision.struck,
            decision.key,
            subject,
            world,
            self._gate,
            scope,
            world.settings.max_body_bytes,
            {} if standing is None else standing.state,
            miss,
        )


def _wrapped(app: App, decision: Decision, strike: Strike, struck: list[Struck]) -> App:
    """Return *app* as the fault leaves it; the hit counts once the fault has its turn."""

    async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
        # A request that is delivered twice is struck once.
        if decision.struck not in struck:
            struck.append(decision.struck)
            if decision.standing is not None:
                decision.standing.hits += 1
        await decision.fault.apply(strike, app, scope, receive, send)

    return faulty


def _wished(wishes: Iterable[str], subject: Subject, seed: int) -> Iterable[Decision]:
    for number, fault in enumerate(faults_of(wishes), 1):
        if not fault.suits(subject):
            asked = subject.operation or f"{subject.method} {subject.path}"
            raise HeaderMistake(f"{fault.kind} cannot befall {asked}.")
        struck = Struck(f"header-{number}", fault.kind)
        yield Decision(struck, fault, (seed, struck.id, subject.method, subject.path))


def _without_socket(struck: Struck) -> Any:
    return problem(
        501,
        "Not Implemented",
        f"The fault {struck.kind} ({struck.id}) happens below HTTP and needs a socket that "
        "mockapi itself serves: use `mockapi serve`, `serve_in_thread` or the pytest fixture.",
    )
