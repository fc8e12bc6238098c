"""Where a photo was taken, read in the browser before the photo is made smaller: any point, any format, any damage."""

import json
import random
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import piexif
import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from playwright.async_api import Page, Route

from tests.pictures import camera_heic, camera_jpeg, camera_png, camera_webp, damaged, encoded, exif, gps, quarters

SCRIPT = Path(__file__).parents[2] / "widget" / "src" / "form" / "gps.js"
NOWHERE = "http://127.0.0.1:9"

READ_ALL = """async files => {
  const { readPlace } = await import("/gps.js");
  const places = [];
  for (const [type, base64] of files) {
    const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
    places.push(await readPlace(new Blob([bytes], { type })));
  }
  return places;
}"""

Place = dict[str, float] | None


async def read_all(page: Page, photos: Sequence[tuple[str, bytes]]) -> list[Place]:
    """What the script says of photos, in one page; it throws where one of them makes it throw."""

    async def serve(route: Route) -> None:
        is_script = route.request.url.endswith("gps.js")
        body = SCRIPT.read_text(encoding="utf-8") if is_script else "<!doctype html>"
        await route.fulfill(body=body, content_type="text/javascript" if is_script else "text/html")

    await page.route(f"{NOWHERE}/**", serve)
    await page.goto(NOWHERE)
    return list(await page.evaluate(READ_ALL, [(type, b64encode(photo).decode()) for type, photo in photos]))


def little_endian_jpeg(place: dict[int, Any]) -> bytes:
    """A JPEG with its Exif in the order of Intel, which Pillow writes; that of the other pictures is in Motorola's."""
    written = Image.Exif()
    written.endian = "<"
    written[0x8825] = {tag: _rationals(value) if isinstance(value, tuple) else value for tag, value in place.items()}
    return encoded(quarters(), "JPEG", exif=written.tobytes())


def _rationals(parts: tuple[tuple[int, int], ...]) -> tuple[IFDRational, ...]:
    return tuple(IFDRational(*part) for part in parts)


def random_points(count: int) -> list[tuple[float, float]]:
    chance = random.Random(7)
    points = [(round(chance.uniform(-90, 90), 5), round(chance.uniform(-180, 180), 5)) for _ in range(count)]
    return [*points, (90.0, 180.0), (-90.0, -180.0), (0.0, 0.00002), (59.99999, 30.0)]


async def test_every_point_is_read_in_every_format_and_byte_order(page: Page) -> None:
    photos, expected = [], []
    for lat, lon in random_points(40):
        place = gps(lat, lon)
        photos += [
            ("image/jpeg", camera_jpeg(place=place)),
            ("image/jpeg", little_endian_jpeg(place)),
            ("image/png", camera_png(place=place)),
            ("image/webp", camera_webp(place=place)),
        ]
        expected += [{"lat": lat, "lon": lon}] * 4
    assert b"II*\0" in photos[1][1]
    assert b"MM\0*" in photos[0][1]
    found = await read_all(page, photos)
    for place, point in zip(found, expected, strict=True):
        assert place == pytest.approx(point, abs=2e-6)


def with_gps(**changed: object) -> bytes:
    """A photo whose GPS part says these things instead of what it ought to."""
    place = gps(55.75, 37.61)
    for name, value in changed.items():
        tag = getattr(piexif.GPSIFD, name)
        if value is None:
            del place[tag]
        else:
            place[tag] = value
    return encoded(quarters(), "JPEG", exif=exif(place=place))


async def test_nonsense_is_no_place(page: Page) -> None:
    photos = {
        "no GPS": camera_jpeg(),
        "no latitude": with_gps(GPSLatitude=None),
        "no side": with_gps(GPSLongitudeRef=None),
        "another side": with_gps(GPSLatitudeRef="Q"),
        "division by nothing": with_gps(GPSLatitude=((55, 0), (45, 1), (0, 1))),
        "nothing by nothing": with_gps(GPSLatitude=((55, 1), (45, 1), (0, 0))),
        "beyond the pole": with_gps(GPSLatitude=((91, 1), (0, 1), (0, 1))),
        "beyond the date line": with_gps(GPSLongitude=((181, 1), (0, 1), (0, 1))),
        "too many minutes": with_gps(GPSLatitude=((5, 1), (61, 1), (0, 1))),
        "no fix": encoded(quarters(), "JPEG", exif=exif(place=gps(0, 0))),
        "one number for three": with_gps(GPSLatitude=((55, 1),)),
        "a HEIC": camera_heic(place=gps(55, 37)),
        "a PDF": b"%PDF-1.4\n%%EOF",
        "nothing": b"",
        "a JPEG that ends at once": b"\xff\xd8",
        "a JPEG of fill bytes": b"\xff\xd8" + b"\xff" * 1000,
        "a PNG that ends at once": b"\x89PNG\r\n\x1a\n",
    }
    found = await read_all(page, [("image/jpeg", photo) for photo in photos.values()])
    named = dict(zip(photos, found, strict=True))
    assert named == dict.fromkeys(named)


async def test_damaged_photos_never_make_it_throw_or_lie_outside_the_earth(page: Page) -> None:
    place = gps(55.765621, 37.605679)
    photos = [
        (type, broken)
        for type, photo in (
            ("image/jpeg", camera_jpeg(place=place)[:1500]),
            ("image/png", camera_png(place=place)),
            ("image/webp", camera_webp(place=place)),
        )
        for broken in damaged(photo, 400, seed=3)
    ]
    chance = random.Random(5)
    head = b"\xff\xd8\xff\xe1\x40\x00Exif\0\0"
    photos += [
        ("image/jpeg", head + order + chance.randbytes(300)) for order in (b"II*\0", b"MM\0*") for _ in range(200)
    ]
    found = await read_all(page, photos)
    assert len(found) == 1600
    places = [place for place in found if place is not None]
    assert len(places) > 100, "the damage has reached everything"
    assert all(-90 <= place["lat"] <= 90 and -180 <= place["lon"] <= 180 for place in places), json.dumps(places)
