"""The bubbles of `otklik talk` in a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from gateway.channels import Bubble
from gateway.domain.message import Button, ButtonKind, Tone

_COLOURS = {"telegram": "cyan", "vk": "blue", "ok": "yellow", "max": "magenta"}
_TONES = {Tone.PLAIN: "bold", Tone.GOOD: "bold green", Tone.BAD: "bold red"}
_SIGNS = {ButtonKind.LOCATION: "⌖ ", ButtonKind.CONTACT: "☎ ", ButtonKind.LINK: "↗ "}
_WIDEST = 72


class TerminalScreen:
    """Bubbles in the colour of a messenger, under the name of the page."""

    def __init__(self, channel: str, name: str) -> None:
        self._console = Console(highlight=False)
        self._colour, self._name = _COLOURS.get(channel, "cyan"), name

    def show(self, bubble: Bubble, first: int) -> None:
        """Draw what the page said."""
        if bubble.is_toast:
            self._console.print(f"[reverse] {escape(bubble.text)} [/]")
            return
        lines = [escape(bubble.text), *(f"[dim]📎 {escape(file.name)}[/]" for file in bubble.files)]
        number = first
        for row in bubble.rows:
            drawn = []
            for button in row:
                drawn.append(_drawn(number, button))
                number += 1
            lines.append("  ".join(drawn))
        width = min(_WIDEST, self._console.width)
        title = f"[dim]{escape(self._name)}[/]"
        self._console.print(
            Panel("\n".join(lines), title=title, title_align="left", border_style=self._colour, width=width)
        )

    def tell(self, words: str) -> None:
        """Print a line beside the dialog."""
        self._console.print(f"[dim]{escape(words)}[/]")


def _drawn(number: int, button: Button) -> str:
    label = escape(f"[{number}] {_SIGNS.get(button.kind, '')}{button.label}")
    return f"[{_TONES[button.tone]}]{label}[/]{f' {escape(button.url)}' if button.url else ''}"
