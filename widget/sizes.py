"""How big what a resident's phone loads is, and how big it may be; gzipped, which the oldest browsers take."""

import asyncio
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, web
from rich.table import Table

from gateway.app import build
from gateway.config import CoreSettings, DoorSettings, Settings, SmtpSettings
from gateway.demo import prepare
from widget.bundle import Bundle

KILOBYTE = 1024
LAUNCHER_BYTES = 3 * KILOBYTE
SCRIPTS_BYTES = 15 * KILOBYTE
FORM_BYTES = 40 * KILOBYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What is loaded, how many bytes it is as it is and gzipped, and how many gzipped it may be."""

    name: str
    plain: int
    gzipped: int
    budget: int | None = None

    @property
    def breach(self) -> str | None:
        """The budget broken, in words; None when it is kept."""
        if self.budget is None or self.gzipped <= self.budget:
            return None
        over = self.gzipped - self.budget
        return f"{self.name}: {self.gzipped:,} bytes gzipped, {over:,} more than its {self.budget:,}"


def measure(bundle: Bundle) -> list[Size]:
    """Weigh what was built; the form's HTML is drawn by the gateway, whose `widget/built` must be this bundle's."""
    html = asyncio.run(_draw_form())
    scripts = _of_files("form: scripts, at once", bundle.form_scripts, budget=SCRIPTS_BYTES)
    styles = _of_files("form: style sheets", bundle.form_styles)
    parts = (html, styles, scripts)
    return [
        _of_files("widget.js, the launcher", [bundle.launcher], budget=LAUNCHER_BYTES),
        *parts,
        Size(
            name="the opened form",
            plain=sum(part.plain for part in parts),
            gzipped=sum(part.gzipped for part in parts),
            budget=FORM_BYTES,
        ),
        *_others(bundle),
    ]


def table_of(sizes: Iterable[Size]) -> Table:
    """Return the sizes as a table; what breaks its budget is red."""
    table = Table("bytes", "plain", "gzip", "budget")
    for column in table.columns[1:]:
        column.justify = "right"
    for size in sizes:
        budget = "" if size.budget is None else f"{size.budget:,}"
        table.add_row(size.name, f"{size.plain:,}", f"{size.gzipped:,}", budget, style="red" if size.breach else "")
    return table


def _of_files(name: str, files: Iterable[Path], budget: int | None = None) -> Size:
    """Add up files; each is compressed by itself, as it is sent."""
    files = list(files)
    gzipped = sum(file.with_name(f"{file.name}.gz").stat().st_size for file in files)
    return Size(name=name, plain=sum(file.stat().st_size for file in files), gzipped=gzipped, budget=budget)


def _others(bundle: Bundle) -> Iterator[Size]:
    """Weigh what comes when it is needed first, or with the state platform's old snippet: counted nowhere."""
    counted = {*bundle.form_scripts, *bundle.form_styles, bundle.launcher}
    for path in sorted((*(bundle.folder / "assets").iterdir(), *bundle.launchers)):
        if path not in counted and path.suffix in (".js", ".css"):
            yield _of_files(f"when asked for: {path.name}", [path])


async def _draw_form() -> Size:
    """Ask a gateway for the form of the demo's agency, as a browser would."""
    with tempfile.TemporaryDirectory() as folder:
        gateway = await build(_settings(Path(folder)), work=False, demo=True)
        runner = web.AppRunner(gateway.web, access_log=None)
        try:
            await prepare(gateway, empty=True)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}/f/demo"
            async with ClientSession(auto_decompress=False) as http:
                plain, gzipped = [await _length(http, url, coding) for coding in ("identity", "gzip")]
        finally:
            await runner.cleanup()
            await gateway.close()
    return Size(name="form: HTML", plain=plain, gzipped=gzipped)


def _settings(folder: Path) -> Settings:
    """Return settings that touch nothing but the folder, whatever is set for a gateway on this machine."""
    return Settings(
        data_dir=folder,
        database_url=None,
        blobs_url=None,
        core=CoreSettings(),
        smtp=SmtpSettings(),
        door=DoorSettings(),
    )


async def _length(http: ClientSession, url: str, coding: str) -> int:
    async with http.get(url, headers={"Accept-Encoding": coding}) as answer:
        return len(await answer.read())
