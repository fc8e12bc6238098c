"""`otklik doctor` looks at real sites: what it says, what it ends with, and whom it writes."""

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller

from tests.ports.test_mail import Box
from tests.server import AGENCY, RunningGateway, free_port, start_with_agency

HTML = "text/html; charset=utf-8"


@dataclass(slots=True)
class Site:
    """A site on loopback that shows `body` on every page, after `pause` seconds."""

    body: bytes
    headers: tuple[tuple[str, str], ...] = (("Content-Type", HTML),)
    pause: float = 0.0
    port: int = 0
    visits: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *arguments: object) -> None:
        self._site = site
        super().__init__(*arguments)

    def do_GET(self) -> None:
        site = self._site
        site.visits += 1
        time.sleep(site.pause)
        self.send_response(200)
        for name, value in site.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(site.body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def serve_site() -> Iterator[Callable[..., Site]]:
    """`serve_site(html, headers=…)` starts a site and returns it."""
    started: list[ThreadingHTTPServer] = []

    def start(html: str | bytes, **settings: object) -> Site:
        site = Site(html if isinstance(html, bytes) else html.encode(), **settings)
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, site))
        server.daemon_threads = True
        site.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        started.append(server)
        return site

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    """A mailbox and the port of its server."""
    box, port = Box(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    """One gateway for all tests here; each adds agencies of its own."""
    gateway = start_with_agency(tmp_path_factory.mktemp("doctor"), {})
    yield gateway
    gateway.stop()


def snippet(gateway: RunningGateway, key: str) -> str:
    return f'<script async src="{gateway.url}/widget.js" data-agency="{key}"></script>'


def add(gateway: RunningGateway, key: str, *origins: str) -> None:
    options = [word for origin in origins for word in ("--origin", origin)]
    gateway.run("agency", "add", key, "--name", f"Школа {key}", *options)


def doctor(gateway: RunningGateway, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway", "doctor", *arguments],
        env=gateway._environment | settings,
        cwd=gateway.folder,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_page_with_the_snippet_is_well(gateway: RunningGateway, serve_site: Callable[..., Site]) -> None:
    site = serve_site(f"<!doctype html>\n<p>{snippet(gateway, 'well')}")
    add(gateway, "well", site.url)
    told = doctor(gateway, f"{site.url}/private?name=ivan", OTKLIK_LOG__LEVEL="debug")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "Всё в порядке." in told.stdout
    assert "код для сайта, строка 2" in told.stdout
    assert told.stderr == ""  # the log says nothing of pages
    assert str(site.port) not in gateway.log


def test_what_is_told_to_paste_mends_the_page(gateway: RunningGateway, serve_site: Callable[..., Site]) -> None:
    add(gateway, "broken", "https://site.example", "http://localhost:*")
    policy = ("Content-Security-Policy", "default-src 'self'; script-src 'self' 'strict-dynamic'")
    html = snippet(gateway, "broken").replace('"broken"', "«broken»")
    headers = (("Content-Type", "text/html; charset=windows-1251"), policy)
    site = serve_site(f"<p>\n{html}".encode("cp1251"), headers=headers)
    told = doctor(gateway, site.url, "--json")
    assert told.returncode == 1, told.stderr
    findings = {finding["code"]: finding for finding in json.loads(told.stdout)["findings"]}
    assert list(findings) == ["smart_quotes", "csp_strict", "origin_not_registered"]
    assert findings["smart_quotes"]["line"] == 2
    tag, header = findings["csp_strict"]["paste"]
    (command,) = findings["origin_not_registered"]["paste"]
    assert findings["origin_not_registered"]["for_operator"]

    gateway.run(*shlex.split(command)[1:])
    site.body = f"<p>\n{tag}".encode()
    site.headers = (headers[0], tuple(header.split(": ", 1)))
    told = doctor(gateway, site.url)
    assert told.returncode == 0, told.stdout


def test_page_that_cannot_be_looked_at_ends_with_two(gateway: RunningGateway, serve_site: Callable[..., Site]) -> None:
    picture = serve_site(b"\x89PNG", headers=(("Content-Type", "image/png"),))
    for url, why in (
        (f"http://127.0.0.1:{free_port()}", "не принимает соединение"),
        (picture.url, "не страница"),
        ("https://user:secret@site.example", "no address"),
    ):
        told = doctor(gateway, url)
        assert told.returncode == 2, url
        assert why in told.stdout + told.stderr
        assert "secret" not in told.stdout


def test_page_without_a_type_is_looked_into(gateway: RunningGateway, serve_site: Callable[..., Site]) -> None:
    site = serve_site("<p>Добро пожаловать", headers=())
    told = doctor(gateway, site.url, "--agency", AGENCY)
    assert told.returncode == 1
    assert snippet(gateway, AGENCY) in told.stdout


def test_arguments_that_do_not_go_together_are_refused(gateway: RunningGateway) -> None:
    for arguments in (["--mail"], ["http://site.example", "--all"]):
        assert doctor(gateway, *arguments).returncode == 2
    told = doctor(gateway, "--all", "--mail")
    assert (told.returncode, told.stderr.count("\n")) == (1, 1)
    assert "OTKLIK_SMTP__HOST" in told.stderr


def test_all_sites_are_looked_at_and_each_agency_is_written_its_one_fix_once(
    start_gateway: Callable[..., RunningGateway], serve_site: Callable[..., Site], box: tuple[Box, int]
) -> None:
    mailbox, port = box
    gateway = start_gateway()
    well, empty = serve_site(snippet(gateway, AGENCY)), serve_site("<p>\n<p>")
    worst = serve_site(f"<p>\n<!-- {snippet(gateway, 'worst')} -->")
    sheet = (
        "key;name;origins;email\n"
        f"{AGENCY};Администрация;{well.url};well@site.example\n"
        f"worst;Школа;{empty.url} {worst.url} http://localhost:*;web@школа.рф\n"
        f"silent;Музей;http://127.0.0.1:{free_port()};\n"
        "poor;Парк;;\n"
    )
    (gateway.folder / "agencies.csv").write_text(sheet, encoding="utf-8")
    gateway.run("agency", "import", "agencies.csv")

    told = doctor(gateway, "--all")
    assert told.returncode == 1
    assert "worst: письмо ушло бы на web@" in told.stdout
    assert "http://localhost:* (worst)" in told.stdout
    assert "poor: сайты не указаны." in told.stdout
    assert "Сайтов: 4. В порядке: 1, поправить: 2, посмотреть не удалось: 1." in told.stdout
    assert mailbox.received == []

    settings = {
        "OTKLIK_SMTP__HOST": "127.0.0.1",
        "OTKLIK_SMTP__PORT": str(port),
        "OTKLIK_SMTP__SECURITY": "none",
        "OTKLIK_SMTP__SENDER": "Отклик <no-reply@site.example>",
    }
    mailbox.answer_to_data = "451 4.3.0 Disk is full"
    assert "worst: письмо не ушло (mail server: 451)" in doctor(gateway, "--all", "--mail", **settings).stdout
    mailbox.answer_to_data = "250 OK"
    mailbox.received.clear()
    assert "worst: письмо отправлено" in doctor(gateway, "--all", "--mail", **settings).stdout
    assert "worst: такое письмо уже уходило" in doctor(gateway, "--all", "--mail", **settings).stdout
    ((envelope, message, _),) = mailbox.received
    assert envelope.rcpt_tos == ["web@xn--80atdl2c.xn--p1ai"]
    assert_says(message, worst.url, "Строка страницы: 2.", snippet(gateway, "worst"))


def assert_says(message: EmailMessage, site: str, *parts: str) -> None:
    text = message.get_content()
    assert site in message["Subject"]
    assert message["Auto-Submitted"] == "auto-generated"
    for part in (site, *parts):
        assert part in text


@pytest.fixture
def interrupted_by_ctrl_c() -> Iterator[None]:
    """Processes started meanwhile heed Ctrl-C also where the tests run in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupted_by_ctrl_c")
def test_ctrl_c_prints_what_was_seen(gateway: RunningGateway, serve_site: Callable[..., Site]) -> None:
    # Sites of one host are visited in turn, so the first was told when the second is asked.
    quick, slow = sorted([serve_site("<p>"), serve_site("<p>")], key=lambda site: site.url)
    slow.pause = 15
    add(gateway, "stopped", quick.url, slow.url)
    command = [sys.executable, "-m", "gateway", "doctor", "--all", "--agency", "stopped", "--json"]
    process = subprocess.Popen(
        command, env=gateway._environment, cwd=gateway.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 30
    while not slow.visits and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err.decode()
    told = json.loads(out)
    assert not told["complete"]
    assert [site["asked"] for site in told["sites"]] == [f"{quick.url}/"]
    assert "Traceback" not in err.decode()
