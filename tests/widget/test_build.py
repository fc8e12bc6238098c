"""What is served is what the sources give, the same each time, and no bigger than a phone on a slow line bears."""

import gzip
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest

from gateway import __version__
from gateway.domain.integrity import integrity_of
from tests.parts import WIDGET, Part
from widget.build import BUILT, find_differences, install
from widget.bundle import Bundle, CannotBuild, make_bundle
from widget.sizes import Size, measure

EARLIER = "0.1.0"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory, need_part: Callable[[Part], None]) -> Bundle:
    """What the sources give now."""
    need_part(WIDGET)
    return make_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A copy of what is served, to be spoilt."""
    return shutil.copytree(BUILT, tmp_path / "built")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_served_is_what_the_sources_give(bundle: Bundle) -> None:
    assert list(find_differences(bundle, BUILT)) == []


def test_building_twice_gives_the_same_bytes(bundle: Bundle, tmp_path: Path) -> None:
    assert contents(make_bundle(tmp_path / "again").folder) == contents(bundle.folder)


def test_launcher_is_written_as_browsers_of_2018_read_it(bundle: Bundle) -> None:
    for launcher in bundle.launchers:
        assert re.findall(rb"\?\?|\?\.[a-z(\[]|[|&]{2}=", launcher.read_bytes()) == [], launcher.name


def test_form_has_no_spread_after_optional_chaining_which_chrome_80_gets_wrong(bundle: Bundle) -> None:
    for script in bundle.form_scripts:
        assert re.findall(rb"\?\.[\w$.]*\(\.\.\.", script.read_bytes()) == [], script.name


def test_everything_that_is_loaded_keeps_its_budget(bundle: Bundle) -> None:
    sizes = measure(bundle)
    assert [size.breach for size in sizes if size.breach] == []
    budgets = {size.budget for size in sizes}
    assert budgets == {3 * 1024, 15 * 1024, 40 * 1024, None}
    assert all(size.gzipped > 0 for size in sizes)


def test_what_is_loaded_later_is_weighed_by_itself(tmp_path: Path, need_part: Callable[[Part], None]) -> None:
    need_part(WIDGET)
    sources = {
        "form/main.js": 'import { both } from "./both.js"; both(); import("./late.js"); import("./map.js");',
        "form/both.js": 'export const both = () => console.log("both");',
        "form/late.js": 'console.log("late");',
        "form/map.js": 'import { both } from "./both.js"; import("./tiles.js"); both(); console.log("map");',
        "form/tiles.js": 'console.log("tiles");',
        "form/css/form.css": "main { color: green }",
        "form/css/dark.css": "main { color: lime }",
        "form/css/map.css": "main { color: blue }",
        **{f"launcher/{name}.js": "console.log(__TEXTS__);" for name in ("main", "whole", "form", "legacy")},
    }
    for name, source in sources.items():
        (tmp_path / "src" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "src" / name).write_text(source, encoding="utf-8")
    bundle = make_bundle(tmp_path / "bundle", tmp_path / "src")
    counted = "".join(path.read_text(encoding="utf-8") for path in bundle.form_scripts)
    assert [word for word in ("both", "late", "map", "tiles") if f'"{word}"' in counted] == ["both"]
    parts = json.loads((bundle.folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(parts) == {"dark.css", "form.js", "map.css", "style.css"}


def test_sources_that_are_wrong_build_nothing(tmp_path: Path, need_part: Callable[[Part], None]) -> None:
    need_part(WIDGET)
    (tmp_path / "form").mkdir()
    (tmp_path / "form" / "main.js").write_text('import "./nowhere.js";', encoding="utf-8")
    with pytest.raises(CannotBuild):
        make_bundle(tmp_path / "bundle", tmp_path)


def test_budget_that_is_broken_is_told_with_how_much_is_too_much() -> None:
    assert Size(name="widget.js", plain=9000, gzipped=3072, budget=3072).breach is None
    breach = Size(name="widget.js", plain=9000, gzipped=3172, budget=3072).breach
    assert breach == "widget.js: 3,172 bytes gzipped, 100 more than its 3,072"


def test_every_published_launcher_is_still_the_one_that_pages_pin() -> None:
    versions = json.loads((BUILT / "launcher" / "versions.json").read_text(encoding="utf-8"))
    assert {EARLIER, __version__} <= versions.keys()
    for version, pinned in versions.items():
        assert integrity_of((BUILT / "launcher" / f"{version}.js").read_bytes()) == pinned


def test_build_leaves_launchers_of_earlier_versions_alone(bundle: Bundle, built: Path) -> None:
    earlier = built / "launcher" / f"{EARLIER}.js"
    earlier.write_text("published", encoding="utf-8")
    before = (built / "launcher" / "versions.json").read_text(encoding="utf-8")
    install(bundle, built)
    assert earlier.read_text(encoding="utf-8") == "published"
    assert (built / "launcher" / "versions.json").read_text(encoding="utf-8") == before


def test_build_replaces_what_earlier_builds_of_this_version_left(bundle: Bundle, built: Path) -> None:
    (built / "assets" / "form.OLD.js").write_text("old", encoding="utf-8")
    for name in ("widget", __version__):
        (built / "launcher" / f"{name}.js").write_text("old", encoding="utf-8")
    (built / "launcher" / f"{EARLIER}.js.br").unlink()
    (built / "launcher" / "once.js.br").write_text("old", encoding="utf-8")
    install(bundle, built)
    assert list(find_differences(bundle, built)) == []
    assert not list(built.rglob("*once*"))


def touch(path: str, content: bytes) -> Callable[[Path], object]:
    return lambda built: (built / path).write_bytes(content)


def remove(pattern: str) -> Callable[[Path], object]:
    return lambda built: [path.unlink() for path in built.glob(pattern)]


def record(version: str, value: str) -> Callable[[Path], object]:
    def write(built: Path) -> None:
        file = built / "launcher" / "versions.json"
        file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), version: value}), encoding="utf-8")

    return write


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (remove("assets/style.*.css"), "is missing"),
        (touch("assets/more.js", b"1"), "assets/more.js is made from nothing"),
        (touch(f"launcher/{__version__}.js", b"1"), f"launcher/{__version__}.js has another content"),
        (touch("manifest.json", b"{}"), "manifest.json has another content"),
        (touch(f"launcher/{EARLIER}.js", b"1"), f"versions.json has another integrity for {EARLIER}"),
        (record("0.0.9", "sha384-x"), "launcher/0.0.9.js is missing"),
        (touch("launcher/versions.json", b"{}"), f"versions.json lacks {__version__}"),
        (touch(f"launcher/{EARLIER}.js.br", brotli.compress(b"1")), "is not what stands compressed beside it"),
        (touch(f"launcher/{EARLIER}.js.gz", gzip.compress(b"1")), "is not what stands compressed beside it"),
        (remove("assets/*.gz"), "is not what stands compressed beside it"),
    ],
)
def test_check_names_what_is_not_as_the_sources_give_it(
    bundle: Bundle, built: Path, spoil: Callable[[Path], object], said: str
) -> None:
    spoil(built)
    assert any(said in difference for difference in find_differences(bundle, built))


def test_compressed_file_of_another_compressor_is_as_good(bundle: Bundle, built: Path) -> None:
    launcher = built / "launcher" / f"{__version__}.js"
    launcher.with_name(f"{launcher.name}.gz").write_bytes(gzip.compress(launcher.read_bytes(), 1, mtime=9))
    assert list(find_differences(bundle, built)) == []
