"""An agency's site for Lighthouse, on another origin than the gateway's: `python -m bench.host PORT GATEWAY AGENCY`.

`/without`, `/button` and `/inline` are one page, without a widget and with one in each mode, which stands in the
middle of the page and is given room there: on a phone, inline too, that of a link.
"""

import asyncio
import sys

from aiohttp import web

_STYLE = """
body { font: 1.1rem/1.6 sans-serif; max-width: 40rem; margin: 1rem auto; padding: 0 1rem; }
otklik-widget { display: inline-block; min-height: 44px; vertical-align: top; }
@media (min-width: 640px) {
  otklik-widget:not(:defined)[mode="inline"] { display: block; min-height: 100vh; }
}
"""
_NEWS = "<h2>Новости</h2><p>Снег с главных улиц вывозят ночью. Не оставляйте машины у обочин.</p>"
_PAGE = """<!doctype html>
<html lang="ru">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="Сайт администрации города">
<title>Администрация города</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<main>
<h1>Администрация города</h1>
<p>На этом сайте можно сообщить о яме на дороге, неубранном снеге или очереди в поликлинике.</p>
{widget}
{news}
</main>
</body>
</html>
"""


def _page(widget: str) -> str:
    return _PAGE.format(style=_STYLE, news=_NEWS * 3, widget=widget)


async def main(port: int, gateway: str, agency: str) -> None:
    """Serve until killed."""
    script = f'<script async src="{gateway}/widget.js"></script>'
    snippet = f'<otklik-widget agency="{agency}" mode="{{mode}}"></otklik-widget>{script}'
    pages = {"without": _page(""), **{mode: _page(snippet.format(mode=mode)) for mode in ("button", "inline")}}

    async def show(request: web.Request) -> web.Response:
        return web.Response(text=pages[request.match_info["page"]], content_type="text/html")

    application = web.Application()
    application.router.add_get("/{page:without|button|inline}", show)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
