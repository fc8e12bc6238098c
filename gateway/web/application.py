"""The aiohttp application over an edge: what stands around every handler, in its order."""

from aiohttp import web

from gateway.web.assets import ASSETS, load_assets
from gateway.web.edge import EDGE, Edge
from gateway.web.errors import translate_errors
from gateway.web.limits import LIMITS, make_limits
from gateway.web.logs import LOG, REQUEST_LOG, RequestLog, make_logger
from gateway.web.metrics import METRICS, Metrics
from gateway.web.observe import observe
from gateway.web.openapi import prepare_description
from gateway.web.routes import all_routes
from gateway.web.security import add_headers
from gateway.web.under_way import UNDER_WAY, UnderWay
from gateway.web.widget import LAUNCHERS, load_launchers


def make_application(edge: Edge) -> web.Application:
    """Make an application of its own: with its own counters, limits and log, so that a process may hold several."""
    app = web.Application(middlewares=[observe, translate_errors], client_max_size=edge.limits.json_bytes)
    app[EDGE] = edge
    app[LIMITS] = make_limits(edge.limits)
    app[METRICS] = Metrics()
    app[UNDER_WAY] = UnderWay()
    app[LOG] = make_logger()
    app[REQUEST_LOG] = RequestLog(app[LOG])
    app[ASSETS] = load_assets()
    app[LAUNCHERS] = load_launchers()
    prepare_description(app)
    app.on_response_prepare.append(add_headers)
    app.add_routes(all_routes())
    return app
