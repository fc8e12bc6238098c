"""Every address of the application, on one page."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from aiohttp import web

from gateway.web import (
    api,
    assets,
    door,
    health,
    hooks,
    look,
    metrics,
    notices,
    openapi,
    origins,
    page,
    track,
    widget,
)

_WIDGET = (
    web.get("/widget.js", widget.show_launcher),
    web.get("/widget/{version}.js", widget.show_launcher_version),
    web.get("/legacy.js", widget.show_legacy),
)

_PAGES = (
    web.get("/", page.start),
    web.get("/f/{key}", page.show_form),
    web.post("/f/{key}", page.take_form),
    web.get("/f/{key}/topics", page.topics),
    web.get("/f/{key}/lost", page.lost),
    web.post("/f/{key}/lost", page.send_numbers),
    web.get("/track/{number}", track.show),
    web.post("/track/{number}", track.act),
    web.get("/track/{number}/files/{id}", track.file),
    web.get("/track/{number}/notices", notices.show),
    web.post("/track/{number}/notices", notices.switch),
    web.get("/assets/{name}", assets.show_asset),
    web.get("/look.css", look.show_stylesheet),
)

_API = (
    web.get("/api/v1/form", api.show_form),
    web.get("/api/v1/topics", api.find_topics),
    web.get("/api/v1/places", api.find_places),
    web.post("/api/v1/readings", api.read),
    web.get("/api/v1/nearby", api.nearby),
    web.post("/api/v1/attachments", api.attach),
    web.post("/api/v1/appeals", api.send_appeal),
    web.get("/api/v1/appeals/{number}", api.show),
    web.post("/api/v1/appeals/{number}/rating", api.rate),
    web.post("/api/v1/appeals/{number}/reply", api.reply),
    web.post("/api/v1/appeals/{number}/withdrawal", api.withdraw),
)

_DOOR = (
    web.post("/api/v1/cases", door.take_case),
    web.post("/api/v1/cases/files", door.take_file),
    web.get("/api/v1/cases/files/{id}", door.read_file),
    web.post("/api/v1/cases/{id}/rating", door.rate),
    web.post("/api/v1/cases/{id}/comment", door.comment),
    web.post("/api/v1/cases/{id}/reply", door.reply),
    web.post("/api/v1/cases/{id}/withdrawal", door.withdraw),
    web.post("/api/v1/cases/{id}/join", door.join),
    web.get("/api/v1/changes", door.changes),
)

_HOOKS = (
    web.post("/hooks/{channel}", hooks.receive),
    web.post("/hooks/{channel}/{name}", hooks.receive),
)

_PROBES = (
    web.get("/health", health.ready),
    web.get("/health/live", health.live),
    web.get("/metrics", metrics.show_metrics),
    web.get("/api/v1/openapi.json", openapi.show_description),
)


def all_routes() -> Sequence[web.RouteDef]:
    """Return every route; agencies' sites may ask of the API what they may send."""
    return (*_WIDGET, *_PAGES, *_with_preflights(_API), *_DOOR, *_HOOKS, *_PROBES)


def _with_preflights(routes: Sequence[web.RouteDef]) -> Iterator[web.RouteDef]:
    for path, of_path in groupby(routes, key=lambda route: route.path):
        yield from of_path
        yield web.options(path, origins.preflight)  # next to the others, as aiohttp keeps neighbours in one resource
