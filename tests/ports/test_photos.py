"""What happens to a resident's photo before anybody sees it, through real worker processes."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import piexif
import pytest
from PIL import Image

from gateway.adapters.photos import PICTURES_A_WORKER, PhotoWorkers
from gateway.domain.attachment import CleanPhoto, FileType
from gateway.domain.place import Point
from gateway.errors import Unavailable, UnsupportedFile
from tests import pictures

HERE = Point(lat=pictures.PUSHKIN_SQUARE[0], lon=pictures.PUSHKIN_SQUARE[1])

CAMERAS: dict[FileType, Callable[..., bytes]] = {
    FileType.JPEG: pictures.camera_jpeg,
    FileType.PNG: pictures.camera_png,
    FileType.WEBP: pictures.camera_webp,
    FileType.HEIC: pictures.camera_heic,
}

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes through /proc")


@pytest.fixture(scope="module")
async def photos() -> AsyncIterator[PhotoWorkers]:
    photos = PhotoWorkers()
    yield photos
    await photos.close()


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture that keeps a worker busy for seconds."""
    path = tmp_path_factory.mktemp("slow") / "slow"
    path.write_bytes(pictures.encoded(pictures.noise(4096, 4096), "PNG", compress_level=0))
    return path


@pytest.fixture
def uploaded(tmp_path: Path) -> Callable[[bytes], Path]:
    """Put bytes where an upload would land."""

    def upload(content: bytes) -> Path:
        path = tmp_path / f"upload-{len(list(tmp_path.iterdir()))}"
        path.write_bytes(content)
        return path

    return upload


# ---- the picture


@pytest.mark.parametrize("orientation", pictures.ORIENTATIONS)
@pytest.mark.parametrize("type", [FileType.JPEG, FileType.PNG, FileType.WEBP])
async def test_picture_stands_upright_however_the_phone_was_held(photos, uploaded, type, orientation):
    cleaned = await photos.clean(uploaded(CAMERAS[type](orientation)), type)

    assert cleaned.type is type
    assert_upright(cleaned.path)
    assert_upright(cleaned.thumbnail)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
async def test_heic_becomes_an_upright_jpeg(photos, uploaded, orientation):
    cleaned = await photos.clean(uploaded(pictures.camera_heic(orientation)), FileType.HEIC)

    assert cleaned.type is FileType.JPEG
    assert_upright(cleaned.path)
    assert_upright(cleaned.thumbnail)


@pytest.mark.parametrize("type", CAMERAS)
async def test_nothing_that_the_camera_wrote_is_left(photos, uploaded, type):
    source = uploaded(CAMERAS[type](6, pictures.gps(*pictures.PUSHKIN_SQUARE)))
    assert pictures.SECRET.encode() in source.read_bytes()

    cleaned = await photos.clean(source, type)

    assert_only_pixels(cleaned.path, cleaned.type)
    assert_only_pixels(cleaned.thumbnail, FileType.JPEG)


@pytest.mark.parametrize("type", CAMERAS)
async def test_picture_becomes_smaller_but_never_larger(photos, uploaded, type):
    format = "HEIF" if type is FileType.HEIC else type.split("/")[1]
    source = uploaded(pictures.encoded(pictures.quarters(6000, 1500), format))
    cleaned = await photos.clean(source, type)
    assert size_of(cleaned) == ((4096, 1024), (480, 120))

    cleaned = await photos.clean(uploaded(pictures.encoded(pictures.quarters(64, 32), format)), type)
    assert size_of(cleaned) == ((64, 32), (64, 32))


async def test_photo_of_48_megapixels_is_taken(photos, uploaded):
    source = uploaded(pictures.camera_jpeg(6, image=pictures.quarters(8064, 6048, orientation=6)))
    cleaned = await photos.clean(source, FileType.JPEG)

    assert size_of(cleaned) == ((3024, 4032), (360, 480))
    assert_upright(cleaned.path)


async def test_picture_of_one_pixel_is_taken(photos, uploaded):
    source = uploaded(pictures.encoded(Image.new("RGB", (1, 1)), "PNG"))
    assert size_of(await photos.clean(source, FileType.PNG)) == ((1, 1), (1, 1))


async def test_line_keeps_a_width(photos, uploaded):
    source = uploaded(pictures.encoded(Image.new("L", (60000, 2)), "PNG"))
    assert size_of(await photos.clean(source, FileType.PNG)) == ((4096, 1), (480, 1))


async def test_only_the_first_picture_of_an_animation_is_kept(photos, uploaded):
    for type, format in ((FileType.PNG, "PNG"), (FileType.WEBP, "WEBP")):
        cleaned = await photos.clean(uploaded(pictures.animation(format)), type)
        with Image.open(cleaned.path) as image:
            assert getattr(image, "n_frames", 1) == 1
        assert_upright(cleaned.path)


async def test_transparent_picture_stays_so_and_its_thumbnail_is_white_there(photos, uploaded):
    clear = pictures.quarters(mode="RGBA")
    clear.paste((0, 0, 0, 0), (0, 0, 48, 32))
    for type, format in ((FileType.PNG, "PNG"), (FileType.WEBP, "WEBP")):
        cleaned = await photos.clean(uploaded(pictures.encoded(clear, format)), type)
        assert colour(cleaned.path, 0.25, 0.25)[3] == 0
        assert_close(colour(cleaned.path, 0.75, 0.75), (*pictures.YELLOW, 255))
        assert_close(colour(cleaned.thumbnail, 0.25, 0.25), (255, 255, 255))


async def test_transparency_of_a_palette_and_of_heic_is_understood(photos, uploaded):
    palette = pictures.encoded(pictures.quarters().quantize(4), "PNG", transparency=b"\0\0\0\0")
    cleaned = await photos.clean(uploaded(palette), FileType.PNG)
    assert colour(cleaned.path, 0.25, 0.25)[3] == 0

    heic = pictures.encoded(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), "HEIF")
    cleaned = await photos.clean(uploaded(heic), FileType.HEIC)
    assert_close(colour(cleaned.path, 0.5, 0.5), (255, 255, 255))


async def test_sixteen_bits_of_grey_stay_the_same_grey(photos, uploaded):
    grey = Image.new("I;16", (32, 32), 0x4000)
    cleaned = await photos.clean(uploaded(pictures.encoded(grey, "PNG")), FileType.PNG)
    assert_close((colour(cleaned.path, 0.5, 0.5),), (0x40,))


async def test_bitmap_is_taken(photos, uploaded):
    cleaned = await photos.clean(uploaded(pictures.encoded(Image.new("1", (32, 32), 1), "PNG")), FileType.PNG)
    assert colour(cleaned.path, 0.5, 0.5) == 255


async def test_print_colours_become_screen_colours(photos, uploaded):
    cleaned = await photos.clean(uploaded(pictures.encoded(pictures.quarters(mode="CMYK"), "JPEG")), FileType.JPEG)
    with Image.open(cleaned.path) as image:
        assert image.mode == "RGB"
    assert_upright(cleaned.path)


async def test_wide_gamut_photo_looks_the_same_without_its_profile(photos, uploaded):
    # Display P3 (200, 100, 100) is sRGB (216, 93, 97), by the matrices of both.
    photo = Image.new("RGB", (32, 32), (200, 100, 100))
    source = uploaded(pictures.encoded(photo, "JPEG", quality=95, icc_profile=pictures.display_p3()))
    cleaned = await photos.clean(source, FileType.JPEG)
    assert_close(colour(cleaned.path, 0.5, 0.5), (216, 93, 97), within=4)


async def test_damaged_profile_or_exif_does_not_cost_the_picture(photos, uploaded):
    for junk in ({"icc_profile": b"\0" * 200}, {"exif": b"Exif\0\0II*\0\xff\xff\xff\xff"}, {"exif": b"Exif\0\0junk"}):
        cleaned = await photos.clean(uploaded(pictures.encoded(pictures.quarters(), "JPEG", **junk)), FileType.JPEG)
        assert cleaned.place is None
        assert_upright(cleaned.path)


# ---- the place


@pytest.mark.parametrize("type", CAMERAS)
async def test_camera_tells_where_it_was(photos, uploaded, type):
    source = uploaded(CAMERAS[type](place=pictures.gps(*pictures.PUSHKIN_SQUARE)))
    assert (await photos.clean(source, type)).place == HERE


async def test_west_and_south_are_negative(photos, uploaded):
    source = uploaded(pictures.camera_jpeg(place=pictures.gps(-54.8, -68.3)))
    assert (await photos.clean(source, FileType.JPEG)).place == Point(lat=-54.8, lon=-68.3)


@pytest.mark.parametrize(
    "nonsense",
    [
        {},
        pictures.gps(0, 0),
        {**pictures.gps(1, 1), piexif.GPSIFD.GPSLatitude: ((95, 1), (0, 1), (0, 1))},
        {**pictures.gps(1, 1), piexif.GPSIFD.GPSLongitude: ((181, 1), (0, 1), (0, 1))},
        {**pictures.gps(1, 1), piexif.GPSIFD.GPSLatitude: ((0, 0), (0, 0), (0, 0))},
        {**pictures.gps(1, 1), piexif.GPSIFD.GPSLatitude: ((1, 0), (1, 1), (1, 1))},
        {**pictures.gps(1, 1), piexif.GPSIFD.GPSLatitude: ((55, 1), (75, 1), (0, 1))},
        {**pictures.gps(1, 1), piexif.GPSIFD.GPSLatitude: ((55, 1), (45, 1))},
        {**pictures.gps(1, 1), piexif.GPSIFD.GPSLatitudeRef: "X"},
        {**pictures.gps(1, 1), piexif.GPSIFD.GPSLatitudeRef: ""},
        {key: value for key, value in pictures.gps(1, 1).items() if key != piexif.GPSIFD.GPSLongitude},
        {key: value for key, value in pictures.gps(1, 1).items() if key != piexif.GPSIFD.GPSLongitudeRef},
    ],
)
async def test_place_that_makes_no_sense_is_no_place(photos, uploaded, nonsense):
    cleaned = await photos.clean(uploaded(pictures.camera_jpeg(6, nonsense)), FileType.JPEG)
    assert cleaned.place is None
    assert_upright(cleaned.path)


# ---- what is refused


@pytest.mark.parametrize(
    ("bomb", "type"),
    [
        # None of them holds the pixels: were they decoded before they are counted, they would be damaged files.
        (pictures.png_header(30000, 30000), FileType.PNG),
        (pictures.png_header(8193, 8192), FileType.PNG),
        (pictures.jpeg_header(65000, 65000), FileType.JPEG),
        (pictures.webp_header(16000, 16000), FileType.WEBP),
    ],
    ids=["png", "png-one-row-over", "jpeg", "webp"],
)
async def test_picture_with_too_many_pixels_is_refused_by_its_header(photos, uploaded, bomb, type):
    await assert_refused(photos, uploaded(bomb), type, "too_many_pixels")


async def test_picture_with_just_as_many_pixels_as_allowed_is_taken(photos, uploaded):
    source = uploaded(pictures.encoded(Image.new("1", (8192, 8192)), "PNG"))
    assert size_of(await photos.clean(source, FileType.PNG)) == ((4096, 4096), (480, 480))


@pytest.mark.parametrize("type", CAMERAS)
async def test_damaged_picture_is_refused(photos, uploaded, type):
    whole = CAMERAS[type](6)
    for damaged in (b"", whole[:16], whole[: len(whole) // 2], whole[:32] + b"\0" * len(whole)):
        await assert_refused(photos, uploaded(damaged), type)


@pytest.mark.parametrize("type", CAMERAS)
async def test_only_the_decoder_of_the_sniffed_type_reads_a_file(photos, uploaded, type):
    for other, camera in CAMERAS.items():
        if other is not type:
            await assert_refused(photos, uploaded(camera()), type)
    for format in ("GIF", "TIFF", "BMP"):
        await assert_refused(photos, uploaded(pictures.encoded(pictures.quarters(), format)), type)


@pytest.mark.parametrize("type", CAMERAS)
async def test_what_hides_behind_a_picture_is_gone(photos, uploaded, type):
    page = b"<html><script>alert(1)</script></html>"
    cleaned = await photos.clean(uploaded(CAMERAS[type](6) + page), type)

    assert_upright(cleaned.path)
    assert page not in cleaned.path.read_bytes() + cleaned.thumbnail.read_bytes()
    assert_only_pixels(cleaned.path, cleaned.type)


@pytest.mark.parametrize("type", CAMERAS)
async def test_picture_damaged_in_any_way_is_cleaned_or_refused(photos, uploaded, type):
    reasons = set()
    for content in pictures.damaged(CAMERAS[type](6, pictures.gps(1, 1)), count=60, seed=7):
        try:
            cleaned = await photos.clean(uploaded(content), type)
        except UnsupportedFile as refusal:
            reasons.add(refusal.reason)
        else:
            assert_only_pixels(cleaned.path, cleaned.type)
    assert "damaged_file" in reasons
    assert reasons <= {"damaged_file", "too_many_pixels"}


async def test_document_is_no_picture(photos, uploaded):
    with pytest.raises(ValueError, match="picture"):
        await photos.clean(uploaded(b"%PDF-1.7"), FileType.PDF)


# ---- the worker


async def test_pictures_that_wait_are_unharmed_by_one_that_takes_too_long(slow, uploaded):
    photos = PhotoWorkers(seconds=1)
    source = uploaded(pictures.camera_jpeg(6))
    first, *others = await asyncio.gather(
        photos.clean(slow, FileType.PNG),
        *(photos.clean(uploaded(pictures.camera_jpeg(6)), FileType.JPEG) for _ in range(3)),
        return_exceptions=True,
    )
    assert isinstance(first, UnsupportedFile)
    assert first.reason == "damaged_file"
    assert list(slow.parent.iterdir()) == [slow]
    for cleaned in others:
        assert_upright(cleaned.path)
    assert_upright((await photos.clean(source, FileType.JPEG)).path)
    await photos.close()


@needs_proc
async def test_picture_that_kills_its_worker_is_refused_and_the_next_one_is_cleaned(slow, uploaded):
    photos = PhotoWorkers()
    before = children()
    picture = asyncio.create_task(photos.clean(slow, FileType.PNG))
    waiting = asyncio.create_task(photos.clean(uploaded(pictures.camera_jpeg(6)), FileType.JPEG))
    (worker,) = await new_children(before)
    await busy(worker)
    os.kill(worker, signal.SIGKILL)  # as the kernel does when memory runs out

    with pytest.raises(UnsupportedFile) as refusal:
        await picture
    assert refusal.value.reason == "damaged_file"
    assert_upright((await waiting).path)
    assert worker not in children()
    await photos.close()
    assert children() == before


@needs_proc
async def test_worker_killed_while_it_rests_costs_no_picture(uploaded):
    photos = PhotoWorkers()
    before = children()
    await photos.clean(uploaded(pictures.camera_jpeg()), FileType.JPEG)
    (worker,) = children() - before
    os.kill(worker, signal.SIGKILL)
    await until(lambda: worker not in children())

    assert_upright((await photos.clean(uploaded(pictures.camera_jpeg(6)), FileType.JPEG)).path)
    await photos.close()


@needs_proc
async def test_upload_that_is_given_up_leaves_no_worker_and_no_file(slow, uploaded):
    photos = PhotoWorkers()
    before = children()
    picture = asyncio.create_task(photos.clean(slow, FileType.PNG))
    (worker,) = await new_children(before)
    await busy(worker)
    picture.cancel()
    with pytest.raises(asyncio.CancelledError):
        await picture

    assert children() == before
    assert list(slow.parent.iterdir()) == [slow]
    assert_upright((await photos.clean(uploaded(pictures.camera_jpeg(6)), FileType.JPEG)).path)
    await photos.close()


async def test_picture_that_needs_too_much_memory_is_refused(slow):
    photos = PhotoWorkers(memory=100 * 1024 * 1024)
    await assert_refused(photos, slow, FileType.PNG, "too_many_pixels")
    await photos.close()


async def test_photos_are_unavailable_if_no_worker_can_start(uploaded):
    photos = PhotoWorkers(memory=1024 * 1024)
    with pytest.raises(Unavailable):
        await photos.clean(uploaded(pictures.camera_jpeg()), FileType.JPEG)
    await photos.close()


@needs_proc
async def test_closing_ends_the_worker_and_what_is_under_way_may_be_sent_again(slow, uploaded):
    photos = PhotoWorkers()
    before = children()
    picture = asyncio.create_task(photos.clean(slow, FileType.PNG))
    waiting = asyncio.create_task(photos.clean(slow, FileType.PNG))
    await busy(*await new_children(before))
    await photos.close()

    for task in (picture, waiting):
        with pytest.raises(Unavailable):
            await task
    assert children() == before
    assert list(slow.parent.iterdir()) == [slow]


@needs_proc
async def test_worker_that_rests_gives_its_memory_back(uploaded):
    photos = PhotoWorkers(rest=0.1)
    before = children()
    await photos.clean(uploaded(pictures.camera_jpeg()), FileType.JPEG)
    await until(lambda: children() == before)

    assert_upright((await photos.clean(uploaded(pictures.camera_jpeg(6)), FileType.JPEG)).path)
    await photos.close()


@needs_proc
async def test_worker_is_replaced_after_a_number_of_pictures(uploaded):
    photos = PhotoWorkers()
    before = children()
    source = uploaded(pictures.encoded(Image.new("L", (1, 1)), "PNG"))
    workers = set()
    for _ in range(PICTURES_A_WORKER + 1):
        await photos.clean(source, FileType.PNG)
        workers |= children() - before
    assert len(workers) == 2
    await photos.close()


@needs_proc
async def test_no_more_workers_run_than_are_allowed(slow, uploaded):
    photos = PhotoWorkers(workers=2)
    before = children()
    tasks = [asyncio.create_task(photos.clean(slow, FileType.PNG)) for _ in range(4)]
    await until(lambda: len(children() - before) == 2)
    await busy(*children() - before)
    assert len(children() - before) == 2
    await photos.close()
    await asyncio.gather(*tasks, return_exceptions=True)


@needs_proc
async def test_worker_knows_no_secret_and_leaves_signals_to_the_gateway(slow, monkeypatch):
    monkeypatch.setenv("OTKLIK_CHANNELS__VK__TOKEN", "sesame")
    photos = PhotoWorkers()
    before = children()
    picture = asyncio.create_task(photos.clean(slow, FileType.PNG))
    (worker,) = await new_children(before)
    await busy(worker)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(worker, number)

    assert b"sesame" not in environment_of(worker)
    assert os.getpgid(worker) != os.getpgid(0)  # Ctrl-C in a terminal does not reach it
    assert (await picture).type is FileType.PNG
    remove(await picture)
    await photos.close()


# ---- the process of the gateway

GATEWAY = """
import asyncio, sys
from pathlib import Path
from gateway.adapters.photos import PhotoWorkers
from gateway.domain.attachment import FileType

async def main():
    photos = PhotoWorkers()
    {body}

if {uvloop}:
    import uvloop
    uvloop.run(main())
else:
    asyncio.run(main())
"""


def gateway(body: str, *arguments: Path, uvloop: bool = False) -> subprocess.Popen[str]:
    script = GATEWAY.format(body=body, uvloop=uvloop)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )


@pytest.mark.parametrize("uvloop", [False, True])
async def test_decoders_are_never_loaded_into_the_gateway(uploaded, uvloop):
    body = """
    for source in sys.argv[2:]:
        await photos.clean(Path(source), FileType(sys.argv[1]))
    await photos.close()
    print([name for name in sys.modules if name.split(".")[0] in ("PIL", "pillow_heif", "_pillow_heif")])
    """
    source = uploaded(pictures.camera_heic(6))
    with gateway(body, FileType.HEIC, source, source, uvloop=uvloop) as process:
        assert await asyncio.to_thread(process.communicate) == ("[]\n", None)
    assert process.returncode == 0


@needs_proc
@pytest.mark.parametrize("at_work", [True, False])
async def test_no_worker_outlives_a_gateway_that_was_killed(slow, uploaded, at_work):
    body = """
    await photos.clean(Path(sys.argv[1]), FileType.JPEG)
    print("one cleaned", flush=True)
    await photos.clean(Path(sys.argv[2]), FileType.PNG)
    print("all cleaned", flush=True)
    await asyncio.sleep(60)
    """
    small = uploaded(pictures.camera_jpeg())
    last = slow if at_work else uploaded(pictures.camera_png())
    with gateway(body, small, last) as process:
        assert await asyncio.to_thread(process.stdout.readline) == "one cleaned\n"
        if not at_work:
            assert await asyncio.to_thread(process.stdout.readline) == "all cleaned\n"
        (worker,) = children(process.pid)
        if at_work:
            await busy(worker)
        process.kill()
    await until(lambda: gone(worker))


async def test_full_disk_is_not_the_fault_of_the_picture(uploaded):
    body = """
    import resource
    from gateway.errors import StoreFull
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
    try:
        await photos.clean(Path(sys.argv[1]), FileType.PNG)
    except StoreFull:
        print("full")
    await photos.close()
    """
    source = uploaded(pictures.encoded(pictures.noise(100, 100), "PNG"))
    with gateway(body, source) as process:
        assert await asyncio.to_thread(process.communicate) == ("full\n", None)
    assert list(source.parent.iterdir()) == [source]


# ---- what is looked at


def size_of(cleaned: CleanPhoto) -> tuple[tuple[int, int], tuple[int, int]]:
    with Image.open(cleaned.path) as picture, Image.open(cleaned.thumbnail) as thumbnail:
        return picture.size, thumbnail.size


def colour(path: Path, x: float, y: float):
    with Image.open(path) as image:
        return image.getpixel((int(x * image.width), int(y * image.height)))


def assert_close(found, expected, within=12):
    assert all(abs(a - b) <= within for a, b in zip(found, expected, strict=True)), (found, expected)


def assert_upright(path: Path) -> None:
    for (row, column), expected in pictures.QUARTERS.items():
        y, x = 0.25 if row == "top" else 0.75, 0.25 if column == "left" else 0.75
        # Display P3 quarters are a little off in sRGB; what matters is which is which.
        assert_close(colour(path, x, y), expected, within=60)


def assert_only_pixels(path: Path, type: FileType) -> None:
    content = path.read_bytes()
    assert pictures.SECRET.encode() not in content
    match type:
        case FileType.JPEG:  # APP0 is JFIF; DQT, SOF0 or SOF2, DHT
            assert pictures.jpeg_markers(content) <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4}
        case FileType.PNG:
            assert pictures.png_chunks(content) == {b"IHDR", b"IDAT", b"IEND"}
        case FileType.WEBP:
            assert pictures.webp_chunks(content) <= {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}


async def assert_refused(photos: PhotoWorkers, source: Path, type: FileType, reason: str = "damaged_file") -> None:
    before = set(source.parent.iterdir())
    with pytest.raises(UnsupportedFile) as refusal:
        await photos.clean(source, type)
    assert refusal.value.reason == reason
    assert set(source.parent.iterdir()) == before


def remove(cleaned: CleanPhoto) -> None:
    cleaned.path.unlink()
    cleaned.thumbnail.unlink()


def children(pid: int | None = None) -> set[int]:
    """Return the processes that a process has started and not yet buried."""
    found: set[int] = set()
    for thread in Path(f"/proc/{pid or 'self'}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # threads end meanwhile
            found |= {int(child) for child in (thread / "children").read_text().split()}
    return found


async def new_children(before: set[int]) -> set[int]:
    await until(lambda: children() - before)
    return children() - before


async def busy(*workers: int) -> None:
    """Wait until each worker has spent half a second of processor time: more than it takes to start."""
    for worker in workers:
        await until(lambda worker=worker: processor_seconds(worker) > 0.5)


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def processor_seconds(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def gone(pid: int) -> bool:
    """Tell whether a process has ended; nobody may be there to bury an orphan."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.02)
