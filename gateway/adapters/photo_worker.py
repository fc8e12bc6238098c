"""Cleans pictures in a process that does nothing else; `photos.py` starts it and talks to it over its pipes.

Decoders of pictures are the code that a stranger's bytes reach deepest, so they live here alone: this file imports
nothing of the gateway and is started with an empty environment, so the process holds no setting, token or key of it.
Jobs come as lines of JSON on stdin and are answered by one line each on stdout:
`{"place": [lat, lon] | null}`, `{"refused": reason}` or `{"errno": number}` (the disk failed, not the picture).
"""

import json
import os
import resource
import signal
import sys
import threading
import warnings
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from queue import SimpleQueue
from typing import Any, BinaryIO

from PIL import ExifTags, Image, ImageCms
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif import HeifImageFile, register_heif_opener

MAX_PIXELS = 64 * 1024 * 1024
"""Phones make up to 50 megapixels, and 64 (9248 by 6944) in a special mode. Their modes of 108 and 200 make files that
are over the limit of size anyway, and need more memory than one picture is worth."""

MAX_SIDE = 4096
"""Enough to read a house number across the street; keeps a photo at one or two megabytes."""

THUMBNAIL_SIDE = 480
"""A third of a phone's screen at three device pixels to the point."""

QUALITY = 85
"""Where JPEG and WebP stop looking better and only grow."""

DECODERS = {
    "image/jpeg": JpegImageFile,
    "image/png": PngImageFile,
    "image/webp": WebPImageFile,
    "image/heic": HeifImageFile,
}
ENCODERS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "image/jpeg": ("JPEG", {"quality": QUALITY, "progressive": True, "optimize": True}),
    "image/png": ("PNG", {"compress_level": 6}),  # 9 takes longer and gains 3 %
    "image/webp": ("WEBP", {"quality": QUALITY, "method": 2}),  # 4 takes twice the time and gains 1 %
}

# Exif 2.32, table 6: what must be done to a picture with this orientation before it stands upright.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def clean(source: Path, type: str, picture: Path, thumbnail: Path) -> tuple[float, float] | None:
    """Write the picture and its thumbnail without metadata; return where the camera was: lat and lon in degrees.

    Whatever Pillow raises at damaged bytes passes through; at too many pixels, a `DecompressionBombWarning` or
    `DecompressionBombError`, before anything is decoded.
    """
    with source.open("rb") as file, Image.open(file, formats=(str(DECODERS[type].format),)) as image:
        _draft(image)
        image.load()
        orientation, place = _what_the_camera_wrote(image)
        cleaned = _upright(_in_srgb(_small(_plain(image))), orientation)
    encoder = "image/jpeg" if type == "image/heic" else type
    if encoder == "image/jpeg":
        cleaned = _on_white(cleaned)
    _write(cleaned, encoder, picture)
    cleaned.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    _write(_on_white(cleaned), "image/jpeg", thumbnail)
    return place


def _draft(image: Image.Image) -> None:
    """Let the JPEG decoder halve a very large photo while it decodes: a quarter of the memory and time.

    It never goes below the size asked for, and half of a 48-megapixel photo is 4032: hence the sixteenth.
    """
    scale = MAX_SIDE * 15 / 16 / max(image.size)
    if scale < 1:
        image.draft(None, (int(image.width * scale), int(image.height * scale)))


def _what_the_camera_wrote(image: Image.Image) -> tuple[int | None, tuple[float, float] | None]:
    """Return orientation and place. Exif may be damaged in any way; that is no reason to refuse the picture."""
    try:
        exif = image.getexif()
        return exif.get(ExifTags.Base.Orientation), _place(exif.get_ifd(ExifTags.IFD.GPSInfo))
    except Exception:  # Pillow's reader of Exif raises whatever the bytes lead it to
        return None, None


def _place(gps: Mapping[int, Any]) -> tuple[float, float] | None:
    """Return lat and lon, or None if they are absent or make no sense; (0, 0) is a camera without a fix."""
    try:
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], "NS".index(_letter(gps[ExifTags.GPS.GPSLatitudeRef])))
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], "EW".index(_letter(gps[ExifTags.GPS.GPSLongitudeRef])))
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
        return None
    inside = -90 <= lat <= 90 and -180 <= lon <= 180
    return (lat, lon) if inside and (lat, lon) != (0, 0) else None


def _letter(reference: str) -> str:
    return reference.strip(" \0").upper() or "?"


def _degrees(parts: tuple[Any, ...], negative: int) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    if not (degrees >= 0 and 0 <= minutes <= 60 and 0 <= seconds <= 60):  # also refuses 0/0, which is NaN
        raise ValueError("not degrees, minutes and seconds")
    value = degrees + minutes / 60 + seconds / 3600
    return round(-value if negative else value, 6)  # a tenth of a metre


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture with 8 bits a channel and without palette: L, RGB, RGBA or CMYK."""
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode != "RGBA" and image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in {"L", "RGB", "RGBA", "CMYK"} else image.convert("RGB")


def _small(image: Image.Image) -> Image.Image:
    if max(image.size) > MAX_SIDE:
        image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Bring wide-gamut and print colours to sRGB, so that the profile can be dropped like all other metadata."""
    profile = image.info.get("icc_profile")
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        with suppress(ImageCms.PyCMSError):  # a damaged profile: colours are off, the picture is still worth having
            srgb = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, BytesIO(profile), srgb, outputMode=mode) or image
    return image.convert("RGB") if image.mode == "CMYK" else image


def _upright(image: Image.Image, orientation: int | None) -> Image.Image:
    turn = UPRIGHT.get(orientation or 1)
    return image if turn is None else image.transpose(turn)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _write(image: Image.Image, encoder: str, path: Path) -> None:
    """Encode the pixels and nothing else; through memory, so that a full disk is told from a damaged picture."""
    name, options = ENCODERS[encoder]
    image.info = {}  # the encoders would write comments, profiles and XMP they find here
    encoded = BytesIO()
    image.save(encoded, format=name, **options)
    path.write_bytes(encoded.getbuffer())


def answer(job: Mapping[str, str]) -> dict[str, Any]:
    """Do one job and say how it went."""
    try:
        place = clean(Path(job["source"]), job["type"], Path(job["picture"]), Path(job["thumbnail"]))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError):
        return {"refused": "too_many_pixels"}
    except Exception as error:  # the outermost loop: decoders raise whatever the bytes lead them to
        # Pillow's own complaints are OSErrors too, but without a number.
        number = error.errno if isinstance(error, OSError) else None
        return {"errno": number} if number else {"refused": "damaged_file"}
    return {"place": place}


def main(seconds: int, memory: int) -> None:
    """Answer jobs until stdin ends, each in at most `seconds`, in at most `memory` bytes of address space."""
    _live_and_die_with_the_gateway()
    _limit(memory)
    answers = _keep_stdout_for_answers()
    jobs: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(jobs,), daemon=True).start()
    answers.write(b"ready\n")
    while True:
        job = json.loads(jobs.get())
        signal.alarm(seconds)  # the kernel ends a decoder that hangs, also when the gateway is gone by then
        reply = answer(job)
        signal.alarm(0)
        answers.write(json.dumps(reply).encode() + b"\n")


def _live_and_die_with_the_gateway() -> None:
    """Signals to the whole group are the gateway's to obey: it finishes what is under way, then ends this process."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold a resident's photo
    with suppress(ValueError, OSError):  # macOS does not limit address space
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)


def _keep_stdout_for_answers() -> BinaryIO:
    """Return stdout; what a library prints goes to stderr instead."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return answers


def _listen(jobs: SimpleQueue[bytes]) -> None:
    for line in sys.stdin.buffer:
        jobs.put(line)
    os._exit(0)  # the gateway has closed the pipe or died, be it by SIGKILL: leave in the middle of a picture


if __name__ == "__main__":
    main(seconds=int(sys.argv[1]), memory=int(sys.argv[2]))
