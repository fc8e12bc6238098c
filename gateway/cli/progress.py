"""How far a long computation is, and what ends it after Ctrl-C."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any


@contextmanager
def show_bar(title: str, *, is_shown: bool) -> Iterator[Callable[[Sequence[Any]], Iterator[Any]]]:
    """Give what goes through things under a bar, which is gone when they are through."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not is_shown) as progress:
        go_on = _until_stopped()

        def track(things: Sequence[Any]) -> Iterator[Any]:
            for thing in progress.track(things, description=title):
                go_on()
                yield thing

        yield track


@contextmanager
def show_progress() -> Iterator[Callable[[float, str], None]]:
    """Give what shows the share that is done, and what is being done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=1.0)
        go_on = _until_stopped()

        def tell(share: float, what: str) -> None:
            go_on()
            shown.update(task, completed=share, description=what)

        yield tell


def _until_stopped() -> Callable[[], None]:
    """Return what ends a long computation after Ctrl-C, which the loop itself would hear of only when it is over."""
    task = asyncio.current_task()

    def go_on() -> None:
        if task is not None and task.cancelling():
            raise asyncio.CancelledError

    return go_on
