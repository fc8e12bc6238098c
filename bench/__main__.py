"""`python -m bench [NAME…]`: run the named benchmarks, or all."""

import sys
from collections.abc import Callable

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench import conversations, hooks, intake, kill, places, readings, scores, size, topics, widget

BENCHMARKS: dict[str, tuple[str, Callable[[Progress], Table]]] = {
    "intake": ("Durable intake over HTTP", intake.measure),
    "hooks": ("Deliveries of messengers", hooks.measure),
    "conversations": ("A thousand conversations at once", conversations.measure),
    "topics": ("Suggesting a topic", topics.measure),
    "places": ("Places in texts, and searched", places.measure),
    "readings": ("Reading a text", readings.measure),
    "size": ("Start and memory", size.measure),
    "widget": ("The launcher: size and speed", widget.measure),
    "lighthouse": ("Lighthouse", scores.measure),
    "kill": ("Killed while taking appeals", kill.measure),
}


def main(names: list[str]) -> None:
    """Run and print."""
    console = Console()
    for name in names or BENCHMARKS:
        title, measure = BENCHMARKS[name]
        with Progress(console=console, transient=True) as progress:
            table = measure(progress)
        table.title = title
        console.print(table)


if __name__ == "__main__":
    if unknown := set(sys.argv[1:]) - set(BENCHMARKS):
        sys.exit(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    main(sys.argv[1:])
