"""Origins: compared the way a webmaster means them, and never a hole in a policy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.origin import Origin, read_origin
from tests.properties import any_text, many

SCHOOL = "https://xn---5-6kc3bfr2e.xn--p1ai"


@pytest.mark.parametrize(
    "written",
    [
        "https://школа-5.рф",
        "https://Школа-5.РФ",
        "HTTPS://ШКОЛА-5.РФ",
        "https://www.школа-5.рф",
        "https://школа-5.рф:443",
        "https://школа-5.рф/о-школе?стр=1#начало",
        "https://школа-5.рф.",
        " https://школа-5.рф ",
        "https://xn---5-6kc3bfr2e.xn--p1ai",
        "https://WWW.XN---5-6KC3BFR2E.XN--P1AI:443/",
    ],
)
def test_one_site_is_one_origin_however_it_is_written(written: str) -> None:
    assert read_origin(written) == read_origin(SCHOOL)
    assert str(read_origin(written)) == SCHOOL


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://school.example", "http://school.example"),
        ("https://school.example", "https://school.example:8443"),
        ("http://school.example:443", "https://school.example"),
        ("https://school.example", "https://old.school.example"),
        ("https://school.example", "https://school.example.evil.example"),
        ("https://школа.рф", "https://школа.рус"),
        ("https://www.ru", "https://ru"),
    ],
)
def test_different_sites_stay_different(one: str, other: str) -> None:
    assert read_origin(one) != read_origin(other)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("http://school.example:80", "http://school.example"),
        ("http://school.example:8080", "http://school.example:8080"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://[0:0:0:0:0:0:0:1]", "http://[::1]"),
        ("http://[2001:DB8::1]", "http://[2001:db8::1]"),
        ("http://127.0.0.1:*", "http://127.0.0.1:*"),
        ("http://[::1]:*", "http://[::1]:*"),
        ("https://школа.рф:*", "https://xn--80atdl2c.xn--p1ai:*"),
        ("http://localhost", "http://localhost"),
        ("https://www.ru", "https://www.ru"),
        ("https://my_intranet.example", "https://my_intranet.example"),
    ],
)
def test_an_origin_is_shown_as_browsers_write_it(written: str, shown: str) -> None:
    assert str(read_origin(written)) == shown


@pytest.mark.parametrize(
    "written",
    [
        "",
        "null",
        "school.example",
        "//school.example",
        "https://",
        "https:///page",
        "ftp://school.example",
        "file:///etc/hosts",
        "javascript:alert(1)",
        "chrome-extension://abcdef",
        "https://school.example:port",
        "https://school.example:65536",
        "https://school.example:-1",
        "https://[::1",
        "https://[::1%25eth0]",
        "https://[школа]",
        "https://-school.example",
        "https://school..example",
        f"https://{'a' * 64}.example",
        "https://шко\u200bла\ufffe.рф",
    ],
)
def test_what_is_no_web_origin_is_none(written: str) -> None:
    assert read_origin(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "https://school.example;",
        "https://school.example; script-src *",
        "https://school.example,https://evil.example",
        "https://*.example",
        "https://*",
        "https://school.example' 'unsafe-inline",
        "https://sch%6fol.example",
        "https://school.example\r\nSet-Cookie: a=b",
    ],
)
def test_nothing_that_a_policy_would_read_as_more_than_a_site_is_taken(written: str) -> None:
    assert read_origin(written) is None


@many
@given(any_text)
def test_nonsense_never_raises(written: str) -> None:
    for address in (written, f"https://{written}", f"http://{written}:*", f"https://[{written}]"):
        origin = read_origin(address)
        assert origin is None or read_origin(str(origin)) == origin


labels = st.from_regex(r"[a-zа-я0-9]([a-zа-я0-9-]{0,10}[a-zа-я0-9])?", fullmatch=True)


@many
@given(
    scheme=st.sampled_from(["http", "https"]),
    host=st.lists(labels, min_size=2, max_size=4).map(".".join),
    port=st.one_of(st.just(""), st.integers(1, 65535).map(lambda port: f":{port}")),
)
def test_an_origin_reads_back_from_what_it_shows(scheme: str, host: str, port: str) -> None:
    origin = read_origin(f"{scheme}://{host}{port}")
    if origin is not None:  # some of these hosts IDNA forbids
        assert read_origin(str(origin)) == origin
        assert all(read_origin(source) == origin for source in origin.csp_sources())


def test_a_policy_names_a_site_with_and_without_www() -> None:
    assert origin("https://www.школа-5.рф:8443").csp_sources() == (
        f"{SCHOOL}:8443",
        "https://www.xn---5-6kc3bfr2e.xn--p1ai:8443",
    )


@pytest.mark.parametrize("written", ["http://127.0.0.1:*", "http://[::1]:8080", "http://localhost:*"])
def test_a_policy_names_an_address_and_a_bare_name_once(written: str) -> None:
    assert origin(written).csp_sources() == (written,)


def test_a_star_for_the_port_stands_for_every_port() -> None:
    agency = Agency(
        key=AgencyKey("demo"),
        name="N",
        legal_name="N",
        origins=(origin("http://127.0.0.1:*"), origin("https://a.example")),
    )
    assert agency.allows(origin("http://127.0.0.1"))
    assert agency.allows(origin("http://127.0.0.1:8000"))
    assert agency.allows(origin("https://www.a.example:443"))
    assert not agency.allows(origin("https://127.0.0.1"))
    assert not agency.allows(origin("https://a.example:8443"))
    assert not agency.allows(origin("http://localhost:8000"))


def origin(written: str) -> Origin:
    read = read_origin(written)
    assert read is not None
    return read
