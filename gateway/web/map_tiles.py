"""The map on which a resident points at a place: whose tiles it is made of and where it opens.

Browsers fetch the tiles from their server by themselves, and only once a resident opens the map.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.origin import read_origin


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTiles:
    """`tiles` is an address with `{z}`, `{x}` and `{y}`; `lat`, `lon` (degrees) and `zoom` are what is seen first.

    `attribution` names whose map it is, None for nobody; `attribution_url` is where that leads, None for nowhere.
    """

    tiles: str
    attribution: str | None
    attribution_url: str | None
    lat: float
    lon: float
    zoom: int
    max_zoom: int

    def csp_sources(self) -> tuple[str, ...]:
        """Return where a page may take these tiles from, as a Content-Security-Policy names it."""
        origin = read_origin(self.tiles.partition("{")[0])
        return () if origin is None else origin.csp_sources()

    def for_scripts(self, stylesheet: str) -> Mapping[str, object]:
        """Return what the map's script is told (widget/src/form/page.js)."""
        return {
            "tiles": self.tiles,
            "lat": self.lat,
            "lon": self.lon,
            "zoom": self.zoom,
            "maxZoom": self.max_zoom,
            "stylesheet": stylesheet,
        }
