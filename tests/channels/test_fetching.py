"""Files of residents are fetched from where the platform says, but never from within our own network."""

import ipaddress

import httpx
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bots.fetching import fetch, is_public, may_fetch
from gateway.domain.web_address import read_address
from gateway.errors import ChannelUnavailable, TooLarge, UnknownFile
from tests.loopback import serve
from tests.properties import many

OWN = read_address("http://127.0.0.1:8081")
KIB = 1024


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://i.oneme.ru/i?r=1", True),
        ("https://i.mycdn.me:8443/i?r=1", True),
        ("https://77.88.8.8/x", True),
        ("https://[2a02:6b8::feed:ff]/x", True),
        ("http://127.0.0.1:8081/files/1", True),
        ("http://127.0.0.1:8082/files/1", False),
        ("http://i.oneme.ru/i?r=1", False),
        ("https://127.0.0.1/x", False),
        ("https://10.0.0.7/x", False),
        ("https://192.168.1.1/x", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("https://100.64.0.1/x", False),
        ("https://[::1]/x", False),
        ("https://[fe80::1]/x", False),
        ("https://[fd00::1]/x", False),
        ("https://[::ffff:127.0.0.1]/x", False),
        ("https://[64:ff9b::10.0.0.1]/x", False),
        ("https://[64:ff9b::77.88.8.8]/x", True),
        ("https://[2002:a00:1::]/x", False),
        ("https://2130706433/x", False),
        ("https://0x7f000001/x", False),
        ("https://127.1/x", False),
        ("https://0/x", False),
        ("https://localhost/x", False),
        ("https://db.localhost/x", False),
        ("https://printer.local/x", False),
        ("https://metadata.google.internal/x", False),
        ("https://localhost./x", False),
        ("https://postgres/x", False),
    ],
)
def test_addresses_of_our_own_network_are_not_asked(url, may):
    assert may_fetch(read_address(url), OWN) is may


@many
@given(address=st.ip_addresses())
def test_only_addresses_of_the_internet_are_public(address):
    if is_public(str(address)):
        assert (address.is_global and not address.is_multicast) or is_mapped(address)
    if address.is_private or address.is_loopback or address.is_link_local:
        assert not is_public(str(address))


def is_mapped(address):
    return isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://i.oneme.ru/x", "", "//", "https://", "data:,x", "нет"])
async def test_what_is_no_address_of_the_web_is_no_file(url, tmp_path):
    with pytest.raises(UnknownFile):
        await get(url, tmp_path, own="https://api.example")


async def test_a_redirect_leads_nowhere_that_is_not_asked_itself(tmp_path):
    async with files() as base, files() as other:
        assert await get(f"{base}/redirect?to={base}/file", tmp_path, own=base) == b"x" * 64 * KIB
        for target in (f"{other}/file", "https://169.254.169.254/latest", "file:///etc/passwd"):
            with pytest.raises(UnknownFile):
                await get(f"{base}/redirect?to={target}", tmp_path, own=base)
        with pytest.raises(ChannelUnavailable):
            await get(f"{base}/round", tmp_path, own=base)


async def test_a_file_that_is_too_large_is_not_taken_whole(tmp_path):
    async with files() as base:
        with pytest.raises(TooLarge):
            await get(f"{base}/endless", tmp_path, own=base)
        assert (tmp_path / "sink").stat().st_size <= 128 * KIB


@pytest.mark.parametrize(
    ("status", "error"),
    [(403, UnknownFile), (404, UnknownFile), (410, UnknownFile), (500, ChannelUnavailable), (429, ChannelUnavailable)],
)
async def test_a_file_that_is_gone_is_told_from_one_that_may_come(tmp_path, status, error):
    async with files() as base:
        with pytest.raises(error):
            await get(f"{base}/status/{status}", tmp_path, own=base)


async def test_a_line_that_breaks_is_told(tmp_path):
    async with files() as base:
        with pytest.raises(ChannelUnavailable):
            await get(f"{base}/cut", tmp_path, own=base)
    with pytest.raises(ChannelUnavailable):
        await get(f"{base}/file", tmp_path, own=base)


async def get(url, folder, *, own):
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        await fetch(client, url, folder / "sink", own=read_address(own), most=128 * KIB)
    return (folder / "sink").read_bytes()


def files():
    """Serve files of every kind."""

    async def endless(request):
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 16 * KIB)

    async def cut(request):
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"x")
        request.transport.abort()
        return response

    async def redirect(request):
        return web.Response(status=302, headers={"Location": request.query["to"]})

    async def go_round(request):
        return web.Response(status=302, headers={"Location": "/round"})

    async def answer(request):
        return web.Response(body=b"x" * 64 * KIB)

    async def status(request):
        return web.Response(status=int(request.match_info["status"]))

    app = web.Application()
    for path, handler in (
        ("/file", answer),
        ("/endless", endless),
        ("/cut", cut),
        ("/redirect", redirect),
        ("/round", go_round),
        ("/status/{status}", status),
    ):
        app.router.add_get(path, handler)
    return serve(app)
