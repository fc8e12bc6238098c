"""Pictures for tests, made on the spot: what phones and scanners send, and what nobody should.

An upright picture has four quarters: red and green above, blue and yellow below.
"""

import random
import struct
import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import piexif
import pillow_heif
from PIL import Image, PngImagePlugin

pillow_heif.register_heif_opener()

RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 180, 30), (30, 30, 220), (230, 220, 30)

QUARTERS = {("top", "left"): RED, ("top", "right"): GREEN, ("bottom", "left"): BLUE, ("bottom", "right"): YELLOW}

SECRET = "SERIAL-4711"
"""Written by the camera into every place for metadata that a format has."""

PUSHKIN_SQUARE = (55.765621, 37.605679)
"""Lat and lon."""

# What Exif 2.32 says of each orientation: the visual side of the 0th row, and of the 0th column.
ORIENTATIONS = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}
_OTHER = {"top": "bottom", "bottom": "top", "left": "right", "right": "left"}


def quarters(width: int = 96, height: int = 64, orientation: int = 1, mode: str = "RGB") -> Image.Image:
    """Return a picture as a camera held in this orientation stores it."""
    row, column = ORIENTATIONS[orientation]
    image = Image.new("RGB", (width, height))
    for y, side in enumerate((row, _OTHER[row])):
        for x, other in enumerate((column, _OTHER[column])):
            colour = QUARTERS.get((side, other)) or QUARTERS[other, side]
            image.paste(colour, (x * width // 2, y * height // 2, (x + 1) * width // 2, (y + 1) * height // 2))
    return image.convert(mode)


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return a picture that costs a compressor all it can."""
    size = width * height * len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), random.Random(1).randbytes(size))


def gps(lat: float, lon: float) -> dict[int, Any]:
    """Return the GPS part of Exif as a phone writes it."""
    return {
        piexif.GPSIFD.GPSLatitudeRef: "N" if lat >= 0 else "S",
        piexif.GPSIFD.GPSLatitude: _sexagesimal(abs(lat)),
        piexif.GPSIFD.GPSLongitudeRef: "E" if lon >= 0 else "W",
        piexif.GPSIFD.GPSLongitude: _sexagesimal(abs(lon)),
    }


def _sexagesimal(degrees: float) -> tuple[tuple[int, int], ...]:
    minutes = degrees % 1 * 60
    return (int(degrees), 1), (int(minutes), 1), (round(minutes % 1 * 60 * 10000), 10000)


def exif(orientation: int = 1, place: dict[int, Any] | None = None) -> bytes:
    """Return Exif with the names of camera and owner, a comment, a thumbnail, and the place if one is given."""
    return piexif.dump(
        {
            "0th": {
                piexif.ImageIFD.Make: f"Camera {SECRET}",
                piexif.ImageIFD.Artist: f"Owner {SECRET}",
                piexif.ImageIFD.Orientation: orientation,
            },
            "Exif": {piexif.ExifIFD.UserComment: SECRET.encode(), piexif.ExifIFD.BodySerialNumber: SECRET},
            "GPS": place or {},
            "1st": {},
            "thumbnail": encoded(quarters(16, 16), "JPEG"),
        }
    )


XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><owner>{SECRET}</owner></x:xmpmeta>".encode()


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format=format, **options)
    return buffer.getvalue()


def camera_jpeg(orientation: int = 1, place: dict[int, Any] | None = None, image: Image.Image | None = None) -> bytes:
    """Return a JPEG with all the metadata that the format can hold."""
    jpeg = encoded(
        image or quarters(orientation=orientation),
        "JPEG",
        quality=90,
        exif=exif(orientation, place),
        xmp=XMP,
        comment=SECRET.encode(),
        icc_profile=display_p3(),
    )
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x10\x1c\x02\x50\x00\x0b" + SECRET.encode()
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + jpeg[2:]


def camera_heic(orientation: int = 1, place: dict[int, Any] | None = None) -> bytes:
    return encoded(quarters(orientation=orientation), "HEIF", quality=90, exif=exif(orientation, place), xmp=XMP)


def camera_webp(orientation: int = 1, place: dict[int, Any] | None = None) -> bytes:
    image = quarters(orientation=orientation)
    return encoded(image, "WEBP", exif=exif(orientation, place), xmp=XMP, icc_profile=display_p3())


def camera_png(orientation: int = 1, place: dict[int, Any] | None = None) -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", SECRET)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    image = quarters(orientation=orientation)
    return encoded(image, "PNG", exif=exif(orientation, place), pnginfo=texts, icc_profile=display_p3())


def animation(format: str) -> bytes:
    """Return a moving picture: the quarters, then black."""
    black = Image.new("RGB", (96, 64))
    return encoded(quarters(), format, save_all=True, append_images=[black, black], duration=100)


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that promises so many pixels and holds none."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _png_chunk(b"IHDR", head) + _png_chunk(b"IDAT", zlib.compress(b"")) + _png_chunk(b"IEND")
    )


def png_chunks(png: bytes) -> set[bytes]:
    """Return the names of the parts that a PNG consists of."""
    names, at = set(), 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        names.add(png[at + 4 : at + 8])
        at += length + 12
    return names


def _png_chunk(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def jpeg_header(width: int, height: int) -> bytes:
    """Return a JPEG that promises so many pixels and holds none."""
    jpeg = bytearray(encoded(quarters(), "JPEG"))
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(jpeg[: jpeg.index(b"\xff\xda") + 14])


def jpeg_markers(jpeg: bytes) -> set[int]:
    """Return the markers of the segments that come before the pixels of a JPEG."""
    markers, at = set(), 2
    while jpeg[at + 1] != 0xDA:
        markers.add(jpeg[at + 1])
        at += 2 + struct.unpack_from(">H", jpeg, at + 2)[0]
    return markers


def webp_header(width: int, height: int) -> bytes:
    """Return a WebP that promises so many pixels and holds those of a small one."""
    webp = bytearray(encoded(quarters(mode="RGBA"), "WEBP", exif=exif()))
    assert webp[12:16] == b"VP8X"
    webp[24:30] = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return bytes(webp)


def webp_chunks(webp: bytes) -> set[bytes]:
    """Return the names of the parts that a WebP consists of."""
    names, at = set(), 12
    while at < len(webp):
        (length,) = struct.unpack_from("<I", webp, at + 4)
        names.add(webp[at : at + 4])
        at += 8 + length + length % 2
    return names


def display_p3() -> bytes:
    """Return the colour profile of a wide-gamut phone: Display P3 (its primaries at D50), with a plain gamma of 2.2."""
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(SECRET) + 1) + SECRET.encode() + bytes(1 + 78),
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": _xyz(0.51512, 0.24120, -0.00105),
        b"gXYZ": _xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": _xyz(0.15710, 0.06657, 0.78407),
    }
    tags |= dict.fromkeys(
        (b"rTRC", b"gTRC", b"bTRC"), b"curv\0\0\0\0" + struct.pack(">IH", 1, int(2.2 * 256)) + b"\0\0"
    )
    table, body, at = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"\0\0\0\0", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + _xyz(0.9642, 1.0, 0.8249)[8:]
    return head.ljust(128, b"\0") + table + body


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def damaged(picture: bytes, count: int, seed: int) -> Iterable[bytes]:
    """Return `count` versions of the picture with bits turned over, pieces lost or the end cut off."""
    chance = random.Random(seed)
    for _ in range(count):
        bytes_ = bytearray(picture)
        for _ in range(chance.choice((1, 3, 30))):
            bytes_[chance.randrange(12, len(bytes_))] ^= 1 << chance.randrange(8)
        cut = chance.randrange(12, len(bytes_))
        match chance.randrange(3):
            case 0:
                del bytes_[cut:]
            case 1:
                del bytes_[cut : cut + chance.randrange(1, 64)]
        yield bytes(bytes_)
