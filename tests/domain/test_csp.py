"""Policies: read however they are written, and mended without closing or opening anything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.csp import Policy, ScriptRequest, read_header, read_meta
from gateway.domain.csp_mending import mend
from gateway.domain.integrity import integrity_of, is_intact
from gateway.domain.web_address import WebAddress, read_address, read_typed_address
from tests.properties import any_text, many

HASH = integrity_of(b"a script")
NAMES = ["default-src", "script-src", "script-src-elem", "child-src", "frame-src", "img-src", "sandbox"]
SOURCES = [
    "'self'", "'none'", "*", "https:", "http://form.example", "https://form.example/f/", "*.example", "other.example:*",
    "'strict-dynamic'", "'nonce-abc'", "'unsafe-inline'", f"'{HASH}'", "allow-scripts", "allow-forms", "data:",
]  # fmt: skip
HOSTS = ["form.example", "other.example", "deep.other.example", "site.example"]

directives = st.builds(lambda name, sources: " ".join([name, *sources]), st.sampled_from(NAMES),
                       st.lists(st.sampled_from(SOURCES), max_size=4))  # fmt: skip
policies = st.lists(directives, min_size=1, max_size=4).map("; ".join)
addresses = st.builds(
    lambda scheme, host, port, path: address(f"{scheme}://{host}{port}{path}"),
    st.sampled_from(["http", "https"]),
    st.sampled_from(HOSTS),
    st.sampled_from(["", ":8443", ":443", ":80"]),
    st.sampled_from(["/", "/f/school", "/widget.js"]),
)


def address(written: str) -> WebAddress:
    read = read_address(written)
    assert read is not None
    return read


def policy(written: str) -> Policy:
    (read,) = read_header(written)
    return read


SCRIPT, FRAME = address("https://form.example/widget.js"), address("https://form.example/f/school")
WANTED = ScriptRequest(url=SCRIPT, integrity=HASH)


@many
@given(policies, addresses)
def test_mended_policy_lets_the_form_through(written: str, page: WebAddress) -> None:
    mended = mend(policy(written), script=WANTED, frame=FRAME, page=page)
    assert mended.allows_script(WANTED, page)
    assert mended.allows_frame(FRAME, page)
    assert mend(mended, script=WANTED, frame=FRAME, page=page) == mended


@many
@given(policies, addresses, addresses, st.sampled_from(["", "abc"]))
def test_mended_policy_opens_nothing_but_the_form_and_closes_nothing(
    written: str, page: WebAddress, other: WebAddress, nonce: str
) -> None:
    before = policy(written)
    after = mend(before, script=WANTED, frame=FRAME, page=page)
    script = ScriptRequest(url=other, nonce=nonce)
    is_ours = other.site == FRAME.site
    if before.sandbox_lacks:
        return  # out of the sandbox, everything may do more
    if before.allows_script(script, page):
        assert after.allows_script(script, page)
    elif not is_ours:
        assert not after.allows_script(script, page)
    if before.allows_frame(other, page):
        assert after.allows_frame(other, page)
    elif not is_ours:
        assert not after.allows_frame(other, page)


@many
@given(policies)
def test_what_stands_in_a_policy_stays_in_its_place(written: str) -> None:
    before = policy(written)
    after = mend(before, script=WANTED, frame=FRAME, page=address("https://site.example/"))
    assert list(after.directives)[: len(before.directives)] == list(before.directives)
    for name, values in before.directives.items():
        assert set(values) - {"'none'"} <= set(after.directives[name])
    assert policy(str(after)) == after


@many
@given(any_text, addresses)
def test_nonsense_is_read_and_mended_all_the_same(written: str, page: WebAddress) -> None:
    for read in (*read_header(written), *read_meta(written)):
        mended = mend(read, script=WANTED, frame=FRAME, page=page)
        assert mended.allows_frame(FRAME, page)


@many
@given(any_text)
def test_nonsense_is_no_address_or_one_that_reads_back(written: str) -> None:
    for read in (read_address(written), read_typed_address(written)):
        assert read is None or read_address(str(read)) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("HTTPS://Школа.РФ", "https://xn--80atdl2c.xn--p1ai/"),
        ("https://site.example:443/a?b#c", "https://site.example/a?b"),
        (" https://site.exa\nmple\\x ", "https://site.example/x"),
        ("//site.example", "https://site.example/"),
        ("/x", "https://here.example/x"),
        ("javascript:alert(1)", None),
        ("https://«site»", None),
        ("https://site.example:99999", None),
    ],
)
def test_addresses_are_read_as_browsers_read_them(written: str, read: str | None) -> None:
    found = read_address(written, within="https://here.example/page")
    assert (None if found is None else str(found)) == read


def test_people_read_names_as_they_are_written() -> None:
    assert address("https://xn--80atdl2c.xn--p1ai:8443/о").shown == "https://школа.рф:8443/о"
    assert address("http://127.0.0.1/").shown == "http://127.0.0.1/"
    assert address("http://a_b.example/").shown == "http://a_b.example/"


@pytest.mark.parametrize(
    ("integrity", "is_taken"),
    [
        (HASH, True),
        (f"{HASH}?option", True),
        (f"sha256-AAAA {HASH}", True),
        (f"sha512-AAAA {HASH}", False),
        (f"{integrity_of(b'another')} {HASH}", True),
        (integrity_of(b"another"), False),
        ("md5-AAAA", True),
        ("", True),
    ],
)
def test_integrity_is_judged_by_its_strongest_hashes(integrity: str, is_taken: bool) -> None:
    assert is_intact(b"a script", integrity) is is_taken
