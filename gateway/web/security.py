"""Headers that every answer carries unless its handler knows better."""

from aiohttp import web

from gateway.web import origins
from gateway.web.logs import REQUEST_ID

_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_EVERYWHERE = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),  # a post from our own page must name its origin; others learn no tracking key
    ("Permissions-Policy", "camera=(), microphone=(), payment=(), usb=(), geolocation=()"),
    ("Content-Security-Policy", _NOTHING),
    ("Cache-Control", "no-store"),
)

FOR_FILES = {**dict(_EVERYWHERE), "Server": "otklik"}

_FORM = "/f/"
_ON_THE_FORM = "camera=(self), microphone=(), payment=(), usb=(), geolocation=(self)"
"""The form asks for a photo and for the place; a site that frames it grants both with `allow` too."""

_API = "/api/v1/"
_FRAMED = ("/f/", "/track/")  # agencies' sites show them in an iframe, also those that isolate themselves (COEP)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Complete the headers just before they leave."""
    headers = response.headers
    if request.path.startswith(_FORM):
        headers.setdefault("Permissions-Policy", _ON_THE_FORM)
    for name, value in _EVERYWHERE:
        if name not in headers:
            headers[name] = value
    is_framed = request.path.startswith(_FRAMED)
    if "Cross-Origin-Resource-Policy" not in headers:
        headers["Cross-Origin-Resource-Policy"] = "cross-origin" if is_framed else "same-origin"
    if is_framed:  # a site with COEP takes frames with COEP alone; this one lets the tiles of a map through
        headers["Cross-Origin-Embedder-Policy"] = "credentialless"
    headers["Server"] = "otklik"  # not which versions of what it runs on
    if (id := request.get(REQUEST_ID)) is not None:
        headers["X-Request-ID"] = id
    if request.path.startswith(_API):
        origins.add_headers(request, response)
