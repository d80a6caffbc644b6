"""Metrics of requests for Prometheus, at `/metrics`."""

from fastapi import Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from mockapi.domain.clock import steady
from mockapi.http.context import context_in
from mockapi.http.responses import StatusRecorder
from mockapi.world.registry import Worlds

_OTHER = ("other", "other")
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The metrics of one server."""

    def __init__(self, worlds: Worlds) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        # `api` and `operation` are `other` for pages, the control API and unknown paths, so that
        # there are few series, however many paths a client requests.
        self.requests = Counter(
            "mockapi_requests",
            "Requests by operation and status; 0 if the connection was closed before a response.",
            ("api", "operation", "status"),
            registry=registry,
        )
        self.seconds = Histogram(
            "mockapi_request_seconds",
            "Real time until the end of the response, including delays by faults.",
            ("api", "operation"),
            buckets=_SECONDS,
            registry=registry,
        )
        self.faults = Counter(
            "mockapi_faults", "Faults applied to requests by kind.", ("kind",), registry=registry
        )
        Gauge("mockapi_worlds", "Worlds, with the default world.", registry=registry).set_function(
            lambda: 1 + len(list(worlds))
        )

    async def respond(self, request: Request) -> Response:
        """Return the metrics in the text format of Prometheus."""
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)


class MetricsMiddleware:
    """ASGI middleware that counts requests by the operation that they were matched to."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = context_in(scope)
        match = context.operation
        labels = _OTHER if match is None else (match.api, match.operation)
        began, recorder = steady(), StatusRecorder(send)
        try:
            await self._app(scope, receive, recorder)
        finally:
            self._metrics.requests.labels(*labels, int(recorder.status or 0)).inc()
            self._metrics.seconds.labels(*labels).observe(steady() - began)
            for each in context.applied_faults:
                self._metrics.faults.labels(each.kind).inc()
