"""What Prometheus reads: requests, their times, refusals and accepted appeals. Labels are few and never personal."""

from typing import Protocol

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class _Observing(Protocol):
    def observe(self, amount: float) -> None: ...


class _Counting(Protocol):
    def inc(self, amount: float = 1) -> None: ...


class Metrics:
    """The counters of one application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "otklik_http_requests", "Requests served.", ("route", "method", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "otklik_http_seconds", "Time to serve.", ("route",), registry=self.registry, buckets=_SECONDS
        )
        self._refused = Counter("otklik_refusals", "Requests refused.", ("code",), registry=self.registry)
        self._accepted = Counter("otklik_appeals_accepted", "Appeals taken.", ("channel",), registry=self.registry)
        self._children: dict[tuple[str, str, int], tuple[_Counting, _Observing]] = {}

    def served(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        served = (route, method, status)
        if (children := self._children.get(served)) is None:
            children = self._requests.labels(route, method, str(status)), self._seconds.labels(route)
            self._children[served] = children
        children[0].inc()
        children[1].observe(seconds)

    def refused(self, code: str) -> None:
        """Count a refusal."""
        self._refused.labels(code).inc()

    def accepted(self, channel: str) -> None:
        """Count an appeal that has just got its number."""
        self._accepted.labels(channel).inc()


METRICS = web.AppKey("metrics", Metrics)


def count_accepted(request: web.Request, channel: str) -> None:
    """Count an appeal that this request brought; a replay brings none."""
    request.app[METRICS].accepted(channel)


async def show_metrics(request: web.Request) -> web.Response:
    """Give the counters in Prometheus' text format."""
    content = generate_latest(request.app[METRICS].registry)
    return web.Response(body=content, headers={"Content-Type": CONTENT_TYPE_LATEST})
