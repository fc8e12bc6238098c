"""`otklik talk`: the dialog of a messenger in a terminal, with no messenger and no token."""

import asyncio
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Protocol

import typer

from gateway.app import Gateway
from gateway.channels import Bubble
from gateway.cli.asking import Lang, with_gateway
from gateway.cli.channels import Messenger
from gateway.demo import DEMO_KEY, prepare
from gateway.demo.feed import Deed
from gateway.demo.rehearsal import MADE_UP_PHONE, Rehearsal, rehearsals_of
from gateway.domain.agency import Agency
from gateway.domain.message import Button, ButtonKind

_LOOK_SECONDS = 0.5
_ANSWER_SECONDS = 10.0
_PEER = "terminal"
_HELP = "Type words, or the number of a button.  :photo PATH [words]  :place LAT LON  :contact  :start [CODE]  :quit"


def talk(
    channel: Annotated[Messenger, typer.Option(help="As in which messenger it looks.")] = Messenger.VK,
    agency: Annotated[str | None, typer.Option(help="Key of the agency; unset: the only one, or the demo's.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the resident's telephone.")] = Lang.RU,
) -> None:
    """Hold a dialog as a resident would in a messenger; what is sent lands in the embedded store like everything else.

    Numbers press buttons; `:photo PATH`, `:place LAT LON` and `:contact` send what a telephone would; `:quit` ends it.
    Without a terminal it reads plain lines and prints plain lines.
    """

    async def job(gateway: Gateway) -> None:
        if gateway.settings.core.kind != "embedded":
            raise ValueError("talk keeps to the embedded core store, and this gateway forwards to another one")
        chosen = await _agency(gateway, agency)
        rehearsals = rehearsals_of(gateway)
        page = rehearsals.begin(channel, chosen.key)
        rehearsal = Rehearsal(gateway=gateway, page=page, feeds=rehearsals.feeds, peer=_PEER, lang=lang)
        await _Talk(rehearsal, _screen(channel, chosen.name)).hold()

    with_gateway(job)


class Screen(Protocol):
    """Where a talk is shown."""

    def show(self, bubble: Bubble, first: int) -> None:
        """Show what the page said; its buttons are numbered from `first`, none if that is 0."""
        ...

    def tell(self, words: str) -> None:
        """Show a line that nobody in the dialog said."""
        ...


@dataclass(slots=True)
class _Talk:
    rehearsal: Rehearsal
    screen: Screen
    shown: int = 0
    buttons: Sequence[Button] = ()
    _typed: "asyncio.Queue[str | None]" = field(default_factory=asyncio.Queue)

    async def hold(self) -> None:
        """Talk until the resident quits or nothing more can come."""
        self._listen()
        self.screen.tell(_HELP)
        self._pick_up()
        if not self.rehearsal.seen():
            await self._do(Deed(starts=True))
        while True:
            self._show_news()
            with suppress(TimeoutError):
                line = await asyncio.wait_for(self._typed.get(), _LOOK_SECONDS)
                if line is None or line.strip() == ":quit":
                    return
                await self._take(line.strip())
            await self.rehearsal.gateway.worker.drain()

    def _listen(self) -> None:
        """Read lines in a thread that ends with the process: a read of a terminal cannot be broken off."""
        loop = asyncio.get_running_loop()

        def read() -> None:
            with suppress(RuntimeError):  # the talk is over
                for line in sys.stdin:
                    loop.call_soon_threadsafe(self._typed.put_nowait, line)
                loop.call_soon_threadsafe(self._typed.put_nowait, None)

        threading.Thread(target=read, daemon=True, name="read what is typed").start()

    def _pick_up(self) -> None:
        """Begin where an earlier talk ended: with what the page said last."""
        lines = self.rehearsal.seen()
        deeds = [number for number, line in enumerate(lines, start=1) if isinstance(line, Deed)]
        self.shown = deeds[-1] if deeds else 0

    async def _take(self, line: str) -> None:
        try:
            deed = self._deed(line)
        except (ValueError, OSError) as error:
            self.screen.tell(f"{error}" if isinstance(error, ValueError) else f"{line}: {error.strerror}")
            return
        if deed is not None:
            await self._do(deed)

    def _deed(self, line: str) -> Deed | None:
        command, _, rest = line.partition(" ")
        match command:
            case "":
                return None
            case ":photo":
                return self._photo(rest.strip())
            case ":place":
                lat, lon = _two_numbers(rest)
                return Deed(place=(lat, lon))
            case ":contact":
                return Deed(phone=MADE_UP_PHONE)
            case ":start":
                return Deed(starts=True, code=rest.strip() or None)
            case _ if command.startswith(":"):
                raise ValueError(_HELP)
        return self._pressed(line) or Deed(text=line)

    def _photo(self, rest: str) -> Deed:
        name, _, words = rest.partition(" ")
        if not name:
            raise ValueError(":photo wants the path of a file")
        path = Path(name).expanduser()
        return Deed(text=words.strip(), files=(self.rehearsal.feeds.keep(path.read_bytes(), path.name),))

    def _pressed(self, line: str) -> Deed | None:
        """Return what pressing a button does, by its number or its words; None where no button is meant."""
        button = next((one for one in self.buttons if one.label.casefold() == line.casefold()), None)
        if line.isdecimal() and 1 <= int(line) <= len(self.buttons):
            button = self.buttons[int(line) - 1]
        if button is None:
            return None
        match button.kind:
            case ButtonKind.LOCATION:
                raise ValueError(":place LAT LON sends the place, like :place 55.75 37.62")
            case ButtonKind.CONTACT:
                return Deed(phone=MADE_UP_PHONE)
            case ButtonKind.LINK:
                raise ValueError(button.url or "")
        return Deed(pressed=button.label, data=button.data)

    async def _do(self, deed: Deed) -> None:
        """Do it and wait for the answer, whichever process of this data folder gives it."""
        await self.rehearsal.do(deed)
        before = len(self.rehearsal.seen())
        with suppress(TimeoutError):
            async with asyncio.timeout(_ANSWER_SECONDS):
                while True:
                    await self.rehearsal.gateway.worker.drain()
                    if len(self.rehearsal.seen()) > before:
                        return
                    await asyncio.sleep(_LOOK_SECONDS / 5)

    def _show_news(self) -> None:
        lines = self.rehearsal.seen()
        for line in lines[self.shown :]:
            if isinstance(line, Bubble):
                buttons = [button for row in line.rows for button in row]
                self.buttons = buttons or self.buttons
                self.screen.show(line, 1 if buttons else 0)
        self.shown = len(lines)


async def _agency(gateway: Gateway, key: str | None) -> Agency:
    if key is not None:
        return await gateway.agencies.find(key)
    known = {agency.key: agency for agency in await gateway.agencies.all()}
    if not known:
        await prepare(gateway, empty=True)
        return await gateway.agencies.find(DEMO_KEY)
    if len(known) == 1:
        return next(iter(known.values()))
    if DEMO_KEY not in known:
        raise ValueError(f"{len(known)} agencies are here: say with --agency whose page it shall be")
    return await gateway.agencies.find(DEMO_KEY)


def _two_numbers(written: str) -> tuple[float, float]:
    words = written.replace(",", " ").split()
    try:
        lat, lon = map(float, words)
    except ValueError:
        raise ValueError(":place wants latitude and longitude, like :place 55.75 37.62") from None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError("latitude goes from -90 to 90, longitude from -180 to 180")
    return lat, lon


def _screen(channel: str, name: str) -> Screen:
    if not sys.stdout.isatty():
        return PlainScreen()
    from gateway.cli.talk_screen import TerminalScreen

    return TerminalScreen(channel, name)


class PlainScreen:
    """Lines for whoever reads by program: `< ` begins what the page says, `* ` a toast."""

    def show(self, bubble: Bubble, first: int) -> None:
        """Print what the page said."""
        begin = "* " if bubble.is_toast else "< "
        for line in bubble.text.splitlines() or [""]:
            print(begin + line)  # noqa: T201  flushed below, line by line
            begin = "  "
        for file in bubble.files:
            print(f"  file: {file.name}")  # noqa: T201
        if first:
            for number, button in enumerate((one for row in bubble.rows for one in row), start=first):
                print(f"  [{number}] {button.label}{f' {button.url}' if button.url else ''}")  # noqa: T201
        sys.stdout.flush()

    def tell(self, words: str) -> None:
        """Print a line beside the dialog."""
        print(f"- {words}", flush=True)  # noqa: T201
