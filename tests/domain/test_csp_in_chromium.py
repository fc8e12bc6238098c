"""The verdicts about policies are those of a real Chromium: what it loads of a table of pages is compared with them."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import escape

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route

from gateway.domain.csp import Policy, ScriptRequest, read_header, read_meta
from gateway.domain.csp_mending import mend
from gateway.domain.integrity import integrity_of
from gateway.domain.web_address import WebAddress, read_address

CONTENT = b"document.documentElement.id = 'ran'"
INTEGRITY = integrity_of(CONTENT)
OTHER_INTEGRITY = integrity_of(b"another script")
SITE, HOST = "https://site.example/o/page.html", "https://form.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A page with policies in headers and in its head, and what it embeds."""

    headers: tuple[str, ...] = ()
    metas: tuple[str, ...] = ()
    page: str = SITE
    script: str = f"{HOST}/widget.js"
    frame: str = f"{HOST}/f/school"
    nonce: str = ""
    integrity: str = ""

    @property
    def policies(self) -> tuple[Policy, ...]:
        told = [policy for header in self.headers for policy in read_header(header)]
        return (*told, *(policy for meta in self.metas for policy in read_meta(meta)))

    @property
    def request(self) -> ScriptRequest:
        return ScriptRequest(url=address(self.script), nonce=self.nonce, integrity=self.integrity)

    @property
    def verdict(self) -> tuple[bool, bool]:
        """Whether the script runs, and whether the frame opens."""
        page, frame = address(self.page), address(self.frame)
        runs = all(policy.allows_script(self.request, page) for policy in self.policies)
        return runs, all(policy.allows_frame(frame, page) for policy in self.policies)

    @property
    def html(self) -> str:
        metas = "".join(f'<meta http-equiv="Content-Security-Policy" content="{escape(meta)}">' for meta in self.metas)
        tag = f' nonce="{self.nonce}"' * bool(self.nonce) + f' integrity="{self.integrity}"' * bool(self.integrity)
        script = f'<script src="{self.script}"{tag} crossorigin="anonymous"></script>'
        return (
            f'<!doctype html><html><head>{metas}{script}</head><body><iframe src="{self.frame}"></iframe></body></html>'
        )


def address(written: str) -> WebAddress:
    read = read_address(written)
    assert read is not None
    return read


def policies(*written: str) -> list[Case]:
    return [Case(headers=(policy,)) for policy in written]


HTTP_PAGE = "http://site.example/"

CASES = [
    Case(),
    *policies(
        "default-src 'self'",
        "default-src 'self'; script-src 'self' https://form.example; frame-src https://form.example",
        "default-src 'self'; script-src form.example; child-src form.example",
        "script-src-elem 'self'; script-src https://form.example",
        "script-src 'self'; script-src-elem https://form.example",
        "script-src https://form.example; script-src 'none'",
        "SCRIPT-SRC HTTPS://FORM.EXAMPLE; Frame-Src HTTPS://Form.Example",
        "frame-src 'none'; child-src https://form.example",
        "child-src 'none'; default-src *",
        "default-src 'none' https://form.example",
        "default-src *",
        "default-src https:",
        "default-src http:",
        "default-src data: blob:",
        "default-src *.example",
        "default-src *.form.example",
        "default-src https://*",
        "default-src https://*:443",
        "default-src *:8443",
        "default-src https://form.example:443",
        "default-src https://form.example:*",
        "default-src https://form.example:8443",
        "default-src http://form.example",
        "default-src http://form.example:80",
        "default-src http://form.example:8080",
        "default-src https://form.example/",
        "default-src https://form.example/widget.js https://form.example/f/",
        "default-src https://form.example/widget https://form.example/f",
        "default-src https://form.example/Widget.js https://form.example/F/",
        "default-src https://form.example/%77idget.js https://form.example/%66/",
        "default-src https://form.example/widget.js?v=1 https://form.example/f/school#top",
        "default-src https://form.example./",
        "default-src //form.example",
        "default-src form.example:443 form_example",
        "default-src https://form.example,script-src 'none'",
        "default-src https://form.example; script-src 'self', default-src *",
        "script-src; frame-src",
        "script-src https://form.example https://форма.рф; frame-src https://form.example",
        "default-src 'self' https://форма.рф; script-src 'self'",
        "script-src 'strict-dynamic' https://form.example",
        "script-src 'STRICT-DYNAMIC' 'nonce-abc' https://form.example; frame-src 'strict-dynamic' https://form.example",
        "default-src 'strict-dynamic' https://form.example",
        "script-src 'nonce-abc'",
        "script-src 'unsafe-inline' 'unsafe-eval'",
        "script-src 'report-sample' https://form.example; frame-src 'self'",
        "img-src 'none'; style-src 'none'; connect-src 'none'",
        "sandbox",
        "sandbox allow-scripts",
        "sandbox allow-scripts allow-same-origin allow-forms",
        "sandbox allow-scripts allow-same-origin allow-forms; script-src 'none'",
        "sandbox allow-same-origin",
        "frame-ancestors 'none'",
    ),
    *[
        Case(headers=(policy,), nonce="abc")
        for policy in (
            "script-src 'nonce-abc'",
            "script-src 'NONCE-abc' 'strict-dynamic'",
            "script-src 'nonce-ABC'",
            "default-src 'nonce-abc'",
            "script-src 'none'; script-src-elem 'nonce-abc'",
        )
    ],
    *[
        Case(headers=(policy,), integrity=integrity)
        for policy in (
            f"script-src '{INTEGRITY}'",
            f"script-src 'strict-dynamic' '{INTEGRITY}'",
            f"script-src '{OTHER_INTEGRITY}'",
            f"default-src '{INTEGRITY}'",
        )
        for integrity in (INTEGRITY, f"{INTEGRITY} {OTHER_INTEGRITY}")
    ],
    Case(headers=(f"script-src '{INTEGRITY}'",)),
    Case(headers=("default-src *", "script-src 'self'")),
    Case(headers=("default-src *",), metas=("frame-src 'self'",)),
    Case(metas=("script-src https://form.example; sandbox; frame-ancestors 'none'",)),
    Case(metas=("default-src https://form.example", "default-src 'self'")),
    Case(metas=("default-src https://form.example, script-src 'none'",)),
    *[
        Case(headers=(policy,), page=page, script=f"{host}/widget.js", frame=f"{host}/f/school")
        for policy in (
            "default-src site.example",
            "default-src site.example:8443",
            "default-src http://site.example:8443",
            "default-src http://site.example:80",
            "default-src http://site.example",
            "default-src *",
            "default-src *:8443",
            "default-src *:80",
        )
        for page in (HTTP_PAGE, "https://site.example/", "http://site.example:8443/")
        for host in ("https://site.example", "https://site.example:8443", "http://site.example")
        if not (page.startswith("https") and host.startswith("http:"))  # mixed content, which is no matter of policies
    ],
]

# Chromium's renderer, which loads scripts, and its browser process, which opens frames, compare these ports each in
# its own way. CSP3 and other browsers side now with one, now with the other.
DIVIDED = [
    Case(headers=(policy,), page=page, script=f"{host}/widget.js", frame=f"{host}/f/school")
    for policy, page, host in (
        ("default-src http://form.example:443", SITE, HOST),
        ("default-src form.example:443", HTTP_PAGE, HOST),
        ("default-src 'self'", "http://site.example:8443/", "https://site.example:8443"),
    )
]

SELF = [
    Case(headers=("default-src 'self'",), page=page, script=f"{host}/widget.js", frame=f"{host}/f/school")
    for page, host in (
        (HTTP_PAGE, "https://site.example"),
        (HTTP_PAGE, "http://site.example:8443"),
        (HTTP_PAGE, "http://site.example"),
        (SITE, "https://site.example:8443"),
    )
]

SOURCES = [
    "'self'", "'none'", "*", "https:", "http:", "https://form.example", "http://form.example", "form.example",
    "*.example", "form.example:443", "form.example:*", "https://form.example/f/", "https://form.example/widget.js",
    "'strict-dynamic'", "'nonce-abc'", "'unsafe-inline'", f"'{INTEGRITY}'", "https://other.example",
]  # fmt: skip
NAMES = ["default-src", "script-src", "script-src-elem", "child-src", "frame-src", "img-src"]


def drawn(seed: int) -> Case:
    draw = random.Random(seed)
    names = draw.sample(NAMES, draw.randint(1, 4))
    written = "; ".join(" ".join([name, *draw.sample(SOURCES, draw.randint(1, 4))]) for name in names)
    return Case(
        headers=(written,) if draw.random() < 0.7 else (),
        metas=() if draw.random() < 0.7 else (written,),
        nonce=draw.choice(["", "abc"]),
        integrity=draw.choice(["", INTEGRITY]),
        page=draw.choice([SITE, HTTP_PAGE]),
    )


@pytest.fixture(scope="module")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(ignore_https_errors=True)
    yield context
    await context.close()


@pytest.fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    page = await context.new_page()
    yield page
    await page.close()


async def loaded(page: Page, case: Case) -> tuple[bool, bool]:
    """What the browser does with the page: does the script run, does the frame open?"""

    async def answer(route: Route) -> None:
        url = route.request.url
        if url == case.script:
            headers = {"Content-Type": "text/javascript", "Access-Control-Allow-Origin": "*"}
            await route.fulfill(body=CONTENT, headers=headers)
        elif url == case.frame:
            headers = {
                "Content-Type": "text/html",
                "Content-Security-Policy": f"frame-ancestors {address(case.page).site}",
            }
            await route.fulfill(body="<!doctype html><p>A form", headers=headers)
        else:
            policies = {"Content-Security-Policy": ", ".join(case.headers)} if case.headers else {}
            await route.fulfill(body=case.html, headers={"Content-Type": "text/html; charset=utf-8"} | policies)

    await page.route("**/*", answer)
    await page.goto(case.page, wait_until="load")
    runs = await page.evaluate("document.documentElement.id === 'ran'")
    opens = any(frame.url == case.frame for frame in page.frames)
    await page.unroute("**/*", answer)
    return runs, opens


async def differences(page: Page, cases: list[Case]) -> list[str]:
    found = []
    for case in cases:
        seen = await loaded(page, case)
        if seen != case.verdict:
            found.append(f"{case}: Chromium says {seen}, we say {case.verdict}")
    return found


async def test_what_a_table_of_policies_lets_through_is_what_a_browser_loads(page: Page) -> None:
    assert {case.verdict for case in CASES} == {(True, True), (True, False), (False, True), (False, False)}
    assert await differences(page, [*CASES, *SELF]) == []


async def test_where_a_browser_is_of_two_minds_the_stricter_counts(page: Page) -> None:
    assert [case.verdict for case in DIVIDED] == [(False, False)] * len(DIVIDED)
    assert [await loaded(page, case) for case in DIVIDED] == [(True, False)] * len(DIVIDED)


async def test_what_drawn_policies_let_through_is_what_a_browser_loads(page: Page) -> None:
    assert await differences(page, [drawn(seed) for seed in range(40)]) == []


async def test_mended_policies_let_the_script_and_the_frame_through(page: Page) -> None:
    blocking = [case for case in CASES if case.verdict != (True, True) and len(case.headers) == 1 and not case.metas]
    assert len(blocking) > 30
    repaired = []
    for case in blocking:
        request = ScriptRequest(url=address(case.script), nonce=case.nonce, integrity=INTEGRITY)
        mended = [
            mend(policy, script=request, frame=address(case.frame), page=address(case.page)) for policy in case.policies
        ]
        written = ", ".join(map(str, mended))
        repaired.append(
            Case(
                headers=(written,),
                page=case.page,
                script=case.script,
                frame=case.frame,
                nonce=case.nonce,
                integrity=INTEGRITY,
            )
        )
    assert [case for case in repaired if case.verdict != (True, True)] == []
    assert [case for case in repaired[::3] if await loaded(page, case) != (True, True)] == []
