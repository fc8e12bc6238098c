"""How large a photo is, and the small copy that platforms keep beside it."""

from functools import cache
from io import BytesIO

from PIL import Image


def size_of(photo: bytes) -> tuple[int, int]:
    """Return width and height; bytes that are no picture count as one of a usual size."""
    try:
        with Image.open(BytesIO(photo)) as image:
            return image.size
    except OSError:
        return 1280, 960


@cache
def small_picture() -> bytes:
    """What a platform shows of a photo in small places: not the photo itself."""
    buffer = BytesIO()
    Image.new("RGB", (90, 60), (200, 200, 200)).save(buffer, "JPEG")
    return buffer.getvalue()
