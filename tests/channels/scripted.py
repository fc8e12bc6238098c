"""A server that answers as it is told, for what the fake platforms never say."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.loopback import serve

Said = tuple[int, object]
"""A status, and JSON or a text that is none."""


@dataclass(slots=True)
class Script:
    """`answers` are given one after the other, the last one again and again; `asked` is what came."""

    answers: list[Said]
    base: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        is_json = request.content_type == "application/json"
        given = await request.json() if is_json else await request.post()
        form = {name: str(value) for name, value in given.items()}
        self.asked.append((str(request.url), form))
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return (
            web.Response(text=body, status=status) if isinstance(body, str) else web.json_response(body, status=status)
        )


@asynccontextmanager
async def scripted(*answers: Said) -> AsyncIterator[Script]:
    """Serve meanwhile."""
    script = Script(list(answers))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", script.answer)
    async with serve(app) as base:
        script.base = base
        yield script


def methods(calls: Sequence[tuple[str, dict[str, str]]]) -> list[str]:
    """The last parts of the addresses that were asked."""
    return [url.rpartition("/")[2] for url, _ in calls]
