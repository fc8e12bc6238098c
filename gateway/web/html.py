"""Pages as responses, with the policy that the browser holds them to."""

from collections.abc import Iterable, Mapping

from aiohttp import web

from gateway.domain.agency import Agency
from gateway.web.contexts import Context, FormPage
from gateway.web.templating import render

NO_STORE = "no-store"
KEPT_BY_THE_BROWSER = "private, no-cache"
"""A blank form: Back must show it as it was left, with its idempotency key."""


def page_response(
    context: Context,
    *,
    status: int = 200,
    agency: Agency | None = None,
    cache: str = NO_STORE,
    retry_after: int | None = None,
) -> web.Response:
    """Draw a page; the sites that `agency` has registered may frame it."""
    headers = {"Content-Security-Policy": page_policy(agency, images=_tiles(context)), "Cache-Control": cache}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return web.Response(text=render(context), status=status, content_type="text/html", headers=headers)


def see_other(location: str) -> web.Response:
    """Send the browser on after a post, so that going back or reloading posts nothing again."""
    return web.Response(status=303, headers={"Location": location, "Cache-Control": NO_STORE})


def page_policy(agency: Agency | None, *, images: Iterable[str] = ()) -> str:
    """Return the Content-Security-Policy of a page: nothing inline, nothing from elsewhere but `images`."""
    policy: Mapping[str, Iterable[str]] = {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *images],
        "script-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'", *_framing(agency)],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items())


def _tiles(context: Context) -> Iterable[str]:
    return context.map.csp_sources() if isinstance(context, FormPage) and context.map else ()


def _framing(agency: Agency | None) -> Iterable[str]:
    origins = () if agency is None else agency.origins
    return (source for origin in origins for source in origin.csp_sources())
