"""What Lighthouse says of our pages on a phone, and of a page of an agency's site with and without the widget.

It needs Node.js and a Chromium, and brings Lighthouse into `bench/lighthouse/node_modules`; the tests do not need it.
"""

import http.client
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rich.progress import Progress
from rich.table import Table

from bench.running import Process, running
from tests.browser import AS_ROOT
from tests.parts import BROWSER, WIDGET, find_chromium
from tests.server import RunningGateway, start_with_agency

_TOOLS = Path(__file__).parent / "lighthouse"
_RUNS = 3
_LEAST = 95
_CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
_HEADINGS = ("perf.", "access.", "pract.", "SEO")
_AGENCY = "city"
_TEXT = "На проезжей части у нашего дома большая яма, машины объезжают её по встречной полосе."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A page to score; `passed_over` are audits that it fails on purpose."""

    name: str
    url: str
    categories: tuple[str, ...] = _CATEGORIES
    passed_over: tuple[str, ...] = ()
    is_desktop: bool = False
    most_shift: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scores:
    """The medians of some runs, and what failed in any of them."""

    of: dict[str, float]
    shift: float
    failed: tuple[str, ...]


def measure(progress: Progress) -> Table:
    """Score each page some times and return the medians."""
    _get_ready()
    table = Table("page", *_HEADINGS, "shift", "what fails", caption=_caption(), caption_justify="left")
    table.columns[-1].overflow = "fold"
    with tempfile.TemporaryDirectory(prefix="otklik-bench-") as folder:
        gateway = start_with_agency(Path(folder), {})
        try:
            with running("bench.host", gateway.url, _AGENCY) as host:
                pages = list(_pages(gateway, host))
                task = progress.add_task("lighthouse", total=len(pages) * _RUNS)
                for page in pages:
                    table.add_row(page.name, *_row(page, _score(page, lambda: progress.advance(task))))
        finally:
            gateway.stop()
    return table


def _caption() -> str:
    return (
        f"Median of {_RUNS}; as on a phone, where the form does not stand inline, unless it says desktop.\n"
        f"At least {_LEAST}; layout shift at most 0 with the button and 0.1 inline. is-crawlable is passed over\n"
        "for the status page: it is one resident's, and search engines must not list it."
    )


def _get_ready() -> None:
    for part in (BROWSER, WIDGET):
        if lacks := part.lacks():
            raise SystemExit(f"Lighthouse cannot run: {lacks}; {part.remedy}")
    if not (_TOOLS / "node_modules").exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--loglevel=error"], cwd=_TOOLS, check=True)


def _pages(gateway: RunningGateway, host: Process) -> Iterator[_Page]:
    gateway.run("agency", "add", _AGENCY, "--name", "Администрация города", "--origin", "http://127.0.0.1:*")
    yield _Page(name="form", url=f"{gateway.url}/f/{_AGENCY}")
    yield _Page(name="status", url=_answered(gateway), passed_over=("is-crawlable",))
    for mode, most in (("without", 0.0), ("button", 0.0), ("inline", 0.1)):
        url = f"http://127.0.0.1:{host.port}/{mode}"
        name = "host, no widget" if mode == "without" else f"host, {mode}"
        yield _Page(name=name, url=url, categories=("performance",), most_shift=most)
    url = f"http://127.0.0.1:{host.port}/inline"
    yield _Page(name="host, inline, desktop", url=url, categories=("performance",), is_desktop=True)


def _answered(gateway: RunningGateway) -> str:
    """The status page of an appeal that the agency has answered."""
    receipt = _ask(gateway, "POST", "/api/v1/appeals", _appeal())
    number, key = receipt["number"], receipt["key"]
    _wait_for(lambda: number in gateway.run("case", "list"))
    gateway.run("case", "answer", number, "--text", "Яму засыпали и заасфальтировали.")
    _wait_for(lambda: _ask(gateway, "GET", f"/api/v1/appeals/{number}?key={key}")["answer"] is not None)
    return str(receipt["url"])


def _wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError("the answer did not come")
        time.sleep(0.2)


def _appeal() -> dict[str, Any]:
    return {
        "agency": _AGENCY,
        "text": _TEXT,
        "topic": "0116",
        "place": {"address": "ул. Садовая, 12"},
        "contact": {"name": "Житель дома", "email": "resident@example.org"},
        "consent": True,
    }


def _ask(gateway: RunningGateway, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    try:
        connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
        return dict(json.load(connection.getresponse()))
    finally:
        connection.close()


def _score(page: _Page, advance: Callable[[], None]) -> _Scores:
    reports = []
    for _ in range(_RUNS):
        reports.append(_run(page))
        advance()
    return _Scores(
        of={name: 100 * median(report["categories"][name]["score"] for report in reports) for name in page.categories},
        shift=median(report["audits"]["cumulative-layout-shift"]["numericValue"] for report in reports),
        failed=tuple(sorted({audit for report in reports for audit in _failed(report)})),
    )


def _run(page: _Page) -> dict[str, Any]:
    """One visit with an empty cache, slowed down to a phone on a mobile line unless it is for a desktop."""
    flags = ["--headless=new", *(AS_ROOT if os.geteuid() == 0 else [])]
    command = [
        str(_TOOLS / "node_modules" / ".bin" / "lighthouse"),
        page.url,
        "--quiet",
        "--output=json",
        f"--chrome-flags={' '.join(flags)}",
        f"--only-categories={','.join(page.categories)}",
        *(f"--skip-audits={audit}" for audit in page.passed_over),
        *(["--preset=desktop"] if page.is_desktop else []),
    ]
    environment = {**os.environ, "CHROME_PATH": str(find_chromium())}
    done = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=180)
    return dict(json.loads(done.stdout))


def _failed(report: dict[str, Any]) -> Iterator[str]:
    """The audits that take something off a score."""
    for category in report["categories"].values():
        for part in category["auditRefs"]:
            score = report["audits"][part["id"]]["score"]
            if part["weight"] and score is not None and score < 0.9:
                yield part["id"]


def _row(page: _Page, scores: _Scores) -> list[str]:
    marks = {name: _mark(f"{score:.0f}", score >= _LEAST) for name, score in scores.of.items()}
    return [
        *(marks.get(name, "") for name in _CATEGORIES),
        _mark(f"{scores.shift:.3f}", scores.shift <= page.most_shift),
        ", ".join(scores.failed),
    ]


def _mark(text: str, is_good: bool) -> str:
    return text if is_good else f"[red]{text}[/red]"
