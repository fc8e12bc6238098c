"""What is told about pages: each slip by its name, its line and the exact line to paste instead."""

import json
import re
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.actions.say_findings import say_how, say_what
from gateway.adapters.page_html import read_page
from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.installation import Fault, Finding, Register
from gateway.domain.integrity import integrity_of
from gateway.domain.origin import Origin, read_origin
from gateway.domain.page_rules import Judged, PageRules, ServedScript
from gateway.domain.seen_page import FetchedPage
from gateway.domain.snippets import SETTINGS, Launcher
from gateway.domain.web_address import WebAddress, read_address
from gateway.texts import LANGUAGES, load_texts
from tests.properties import any_text, many

ROOT = Path(__file__).parents[2]
TEXTS = load_texts()

HOST = "https://form.example"
CURRENT, OLD = b"current", b"old"
LAUNCHER = Launcher(base=HOST, version="0.3.0", integrity=integrity_of(CURRENT))
SERVED = {
    f"{HOST}/widget/0.3.0.js": ServedScript(status=200, body=CURRENT),
    f"{HOST}/widget/0.2.0.js": ServedScript(status=200, body=OLD),
    f"{HOST}/widget/0.1.0.js": ServedScript(status=404, body=b""),
    f"{HOST}/widget.js": ServedScript(status=200, body=CURRENT),
}
SNIPPET = f'<script async src="{HOST}/widget.js" data-agency="school"></script>'
PINNED = (
    f'<script async src="{HOST}/widget/0.3.0.js" data-agency="school" '
    f'integrity="{LAUNCHER.integrity}" crossorigin="anonymous"></script>'
)
LOADER = f'<script async src="{HOST}/widget.js"></script>'
ELEMENT = '<otklik-widget agency="school"></otklik-widget>'
LEGACY = f'<script src="{HOST}/legacy.js" data-agency="school"></script>'
PLATFORM = '<div id="js-show-iframe-wrapper"></div><script>Widget("https://state.example", 1)</script>'
PAGE = "https://www.school.example/feedback"


def origin(written: str) -> Origin:
    read = read_origin(written)
    assert read is not None
    return read


def address(written: str) -> WebAddress:
    read = read_address(written)
    assert read is not None
    return read


SCHOOL = Agency(
    key=AgencyKey("school"),
    name="Школа № 5",
    legal_name="",
    origins=(origin("https://school.example"), origin("http://127.0.0.1:*")),
)
CLINIC = Agency(key=AgencyKey("clinic"), name="Поликлиника", legal_name="", origins=(origin("https://clinic.example"),))
REGISTER = Register.of([SCHOOL, CLINIC])


def judge(
    html: str | bytes,
    *,
    page: str = PAGE,
    policies: tuple[str, ...] = (),
    headers: tuple[tuple[str, str], ...] = (),
    expected: Agency | None = None,
    launcher: Launcher = LAUNCHER,
) -> Judged:
    body = html if isinstance(html, bytes) else html.encode()
    told = (*(("content-security-policy", policy) for policy in policies), *headers)
    fetched = FetchedPage(url=address(page), status=200, headers=told, body=body)
    return PageRules(
        page=fetched,
        seen=read_page(fetched),
        launcher=launcher,
        register=REGISTER,
        expected=expected,
        served=SERVED,
    )()


def faults(judged: Judged) -> list[Fault]:
    return [finding.fault for finding in judged.findings]


def only(judged: Judged) -> Finding:
    (finding,) = judged.findings
    return finding


@pytest.mark.parametrize(
    "html",
    [
        SNIPPET,
        SNIPPET.replace('data-agency="school"', "data-agency=school data-mode=inline data-accent='#036'"),
        SNIPPET.replace("https:", ""),
        SNIPPET.replace("async", "defer"),
        SNIPPET.replace("async", 'type="module"'),
        SNIPPET.upper().replace(HOST.upper(), HOST).replace("/WIDGET.JS", "/widget.js").replace("SCHOOL", "school"),
        SNIPPET.replace("async", 'data-mode="none"'),
        PINNED,
        PINNED.replace(' data-agency="school"', "") + ELEMENT,
        f'<script src="{HOST}/widget.js"></script><otklik-widget agency="school" mode="banner"></otklik-widget>',
        f'<otklik-widget agency="school"></otklik-widget><otklik-widget agency="school"></otklik-widget>{SNIPPET}',
        f'<a href="{HOST}/f/school"><img src="/otklik.png" alt=""></a>',
        f'<a href="{HOST}/f/clinic?lang=en">',
        LEGACY + PLATFORM,
        LEGACY + PLATFORM + ELEMENT,
        f"{SNIPPET}<!-- {SNIPPET} -->",
        f"{SNIPPET}<p>{escape(SNIPPET)}</p>",
        f"<table><tr>{SNIPPET}</table>",
        f'<base href="{HOST}/"><script async src="widget.js" data-agency="school"></script>',
    ],
)
def test_what_a_browser_runs_is_well(html: str) -> None:
    judged = judge(html)
    assert judged.findings == ()
    assert judged.placements
    assert judged.agency in (SCHOOL, CLINIC)


@pytest.mark.parametrize(
    ("html", "fault", "line"),
    [
        ("<p>Добро пожаловать", Fault.NO_WIDGET, None),
        ('<script src="/js/widget.js"></script>', Fault.NO_WIDGET, None),
        ('<!-- our own widget.js --><script src="/js/legacy.js"></script>', Fault.NO_WIDGET, None),
        (f"<p>\n<!--\n{SNIPPET}\n-->", Fault.COMMENTED_OUT, 3),
        (f"<p>\n<!--[if lt IE 9]>{SNIPPET}<![endif]-->", Fault.COMMENTED_OUT, 2),
        (f"<p>\n\n{escape(SNIPPET)}", Fault.SHOWN_AS_TEXT, 3),
        (f"<p>{escape(escape(SNIPPET))}", Fault.SHOWN_AS_TEXT, 1),
        (f"<p>{escape(SNIPPET).replace(HOST, f'<a>{HOST}')}", Fault.SHOWN_AS_TEXT, 1),
        (f"\n<noscript>{SNIPPET}</noscript>", Fault.INERT, 2),
        (f"<template>{SNIPPET}</template>", Fault.INERT, 1),
        (f"<textarea>{SNIPPET}</textarea>", Fault.INERT, 1),
        (f"<script>document.write('<script src=\"{HOST}/widget.js\">')</script>", Fault.ONLY_IN_SCRIPT, 1),
    ],
)
def test_dead_or_missing_snippet_is_told_from_a_living_one(html: str, fault: Fault, line: int | None) -> None:
    finding = only(judge(html))
    assert (finding.fault, finding.line, finding.paste) == (fault, line, (SNIPPET,))


@pytest.mark.parametrize(
    ("html", "fault", "paste"),
    [
        (SNIPPET.replace(HOST, "https://old.example"), Fault.WRONG_ADDRESS, SNIPPET),
        (SNIPPET.replace("/widget.js", "/widgets.js"), Fault.WRONG_ADDRESS, SNIPPET),
        (SNIPPET.replace(HOST, ""), Fault.WRONG_ADDRESS, SNIPPET),
        (SNIPPET.replace('"school"', "«school»"), Fault.SMART_QUOTES, SNIPPET),
        (SNIPPET.replace('"school"', '"«school»"'), Fault.SMART_QUOTES, SNIPPET),
        (SNIPPET.replace('"', "”"), Fault.SMART_QUOTES, SNIPPET),
        (SNIPPET.replace('"school"', "&quot;school&quot;"), Fault.SMART_QUOTES, SNIPPET),
        (SNIPPET.replace("async", 'type="text/plain"'), Fault.NEVER_RUN, SNIPPET),
        (SNIPPET.replace("async", "nomodule"), Fault.NEVER_RUN, SNIPPET),
        (SNIPPET.replace("data-agency", "agency"), Fault.MISSPELT_ATTRIBUTE, SNIPPET),
        (SNIPPET.replace("data-agency", "data-key"), Fault.MISSPELT_ATTRIBUTE, SNIPPET),
        (SNIPPET.replace("data-agency", "data_agency"), Fault.MISSPELT_ATTRIBUTE, SNIPPET),
        (SNIPPET.replace("data-agency", "data-agensy"), Fault.MISSPELT_ATTRIBUTE, SNIPPET),
        (SNIPPET.replace(' data-agency="school"', ""), Fault.NO_KEY, SNIPPET),
        (SNIPPET.replace('"school"', '""'), Fault.NO_KEY, SNIPPET),
        (SNIPPET.replace('"school"', '"SCHOOL"'), Fault.UNKNOWN_KEY, SNIPPET),
        (SNIPPET.replace('"school"', '"school5"'), Fault.UNKNOWN_KEY, SNIPPET),
        (SNIPPET.replace('"school"', '"clinic"'), Fault.OTHER_AGENCY, SNIPPET),
        (SNIPPET.replace("https:", "http:"), Fault.MIXED_CONTENT, SNIPPET),
        (SNIPPET.replace("async", 'async data-mode="popup"'), Fault.UNKNOWN_MODE, SNIPPET),
        (
            SNIPPET.replace("async", f'integrity="{LAUNCHER.integrity}" crossorigin'),
            Fault.INTEGRITY_ON_MOVING,
            SNIPPET,
        ),
        (PINNED.replace("0.3.0", "0.2.0").replace(integrity_of(CURRENT), integrity_of(OLD)), Fault.OLD_VERSION, PINNED),
        (PINNED.replace("0.3.0", "0.1.0"), Fault.VERSION_GONE, PINNED),
        (PINNED.replace(integrity_of(CURRENT), integrity_of(OLD)), Fault.INTEGRITY_MISMATCH, PINNED),
        (PINNED.replace(' crossorigin="anonymous"', ""), Fault.INTEGRITY_WITHOUT_CORS, PINNED),
        (LEGACY.replace("src", "async src") + PLATFORM, Fault.LEGACY_ASYNC, LEGACY),
        (LEGACY.replace("src", "defer src") + PLATFORM, Fault.LEGACY_ASYNC, LEGACY),
        (
            '<otklik-widget agency="school" mode="inline"></otklik-widget>',
            Fault.ELEMENT_WITHOUT_SCRIPT,
            LOADER,
        ),
        (
            f'{SNIPPET}<otklik-widget data-agency="school" mode="inline"></otklik-widget>',
            Fault.MISSPELT_ATTRIBUTE,
            '<otklik-widget agency="school" mode="inline"></otklik-widget>',
        ),
        (f'<a href="{HOST}/f/schol">', Fault.UNKNOWN_KEY, f'<a href="{HOST}/f/school">'),
    ],
)
def test_a_slip_is_told_with_the_line_to_paste_instead(html: str, fault: Fault, paste: str) -> None:
    finding = only(judge(f"<!doctype html>\n<p>\n{html}"))
    assert (finding.fault, finding.line, finding.paste) == (fault, 3, (paste,))
    assert fault not in faults(judge(finding.paste[0]))


@pytest.mark.parametrize(
    ("html", "fault"),
    [(f"{SNIPPET}\n{SNIPPET}", Fault.TWICE), (f"\n{LEGACY}", Fault.LEGACY_ALONE)],
)
def test_what_is_too_much_or_lacks_its_partner_is_told_without_a_line_to_paste(html: str, fault: Fault) -> None:
    finding = only(judge(html))
    assert (finding.fault, finding.line, finding.paste) == (fault, 2, ())


def test_attributes_that_a_webmaster_chose_survive_the_correction() -> None:
    chosen = "Есть &quot;яма&quot;?"
    on_script = " ".join(f'data-{name}="{chosen if name != "mode" else "none"}"' for name in (*SETTINGS, "hidden"))
    script = SNIPPET.replace('"school"', f'"scool" {on_script} nonce="abc" onload="x()"')
    kept = f'data-agency="school" {on_script} nonce="abc"'
    assert only(judge(script)).paste == (f'<script async src="{HOST}/widget.js" {kept}></script>',)
    on_element = on_script.replace("data-", "")
    element = f'{LOADER}<otklik-widget agency="scool" {on_element} onclick="x()"></otklik-widget>'
    assert only(judge(element)).paste == (f'<otklik-widget agency="school" {on_element}></otklik-widget>',)


def test_what_a_widget_can_be_told_is_what_the_launcher_knows() -> None:
    source = (ROOT / "widget/src/launcher/settings.js").read_text("utf-8")
    (written,) = re.findall(r"export const SETTINGS = (\[.*?\]);", source)
    assert json.loads(written) == ["agency", *SETTINGS]


def test_the_most_important_is_told_first_and_every_slip_of_a_line_is_named() -> None:
    html = SNIPPET.replace('data-agency="school"', "key=«scool»").replace("https:", "http:")
    assert faults(judge(html)) == [Fault.SMART_QUOTES, Fault.MISSPELT_ATTRIBUTE, Fault.UNKNOWN_KEY]


# Policies


@pytest.mark.parametrize(
    ("policy", "fault", "mended"),
    [
        (
            "default-src 'self'; img-src *",
            Fault.CSP_BOTH,
            f"default-src 'self'; img-src *; script-src 'self' {HOST}; frame-src 'self' {HOST}",
        ),
        ("script-src 'none'", Fault.CSP_SCRIPT, f"script-src {HOST}"),
        ("frame-src; script-src *", Fault.CSP_FRAME, f"frame-src {HOST}; script-src *"),
        (
            "script-src 'self'; script-src-elem 'self'; child-src blob:",
            Fault.CSP_BOTH,
            f"script-src 'self'; script-src-elem 'self' {HOST}; child-src blob:; frame-src blob: {HOST}",
        ),
        ("sandbox allow-scripts", Fault.CSP_FRAME, "sandbox allow-scripts allow-same-origin allow-forms"),
        (
            "script-src 'nonce-abc' 'self'",
            Fault.CSP_SCRIPT,
            f"script-src 'nonce-…' 'self' {HOST}",
        ),
    ],
)
def test_policy_in_a_header_is_told_whole_with_the_least_added(policy: str, fault: Fault, mended: str) -> None:
    finding = only(judge(SNIPPET, policies=(policy,)))
    assert (finding.fault, finding.line) == (fault, None)
    assert finding.paste == (f"Content-Security-Policy: {mended}",)


def test_policy_in_the_page_is_told_as_a_tag_with_its_line() -> None:
    html = f"""<!doctype html>\n<meta http-equiv="content-security-policy" content="default-src 'self'">\n{SNIPPET}"""
    finding = only(judge(html))
    assert (finding.fault, finding.line) == (Fault.CSP_BOTH, 2)
    mended = f"default-src 'self'; script-src 'self' {HOST}; frame-src 'self' {HOST}"
    assert finding.paste == (f'<meta http-equiv="Content-Security-Policy" content="{mended}">',)
    assert judge(html.replace(html.splitlines()[1], finding.paste[0])).findings == ()


def test_policy_in_the_page_says_nothing_about_a_script_above_it() -> None:
    meta = """<meta http-equiv="Content-Security-Policy" content="default-src 'self'">"""
    assert faults(judge(f"<head>{SNIPPET}{meta}")) == [Fault.CSP_FRAME]
    assert faults(judge(f"<head></head><body>{meta}{SNIPPET}")) == []


def test_every_policy_that_stops_the_form_is_told_and_others_are_left_alone() -> None:
    judged = judge(SNIPPET, policies=("default-src 'self', img-src 'self'", "frame-src 'none'"))
    assert faults(judged) == [Fault.CSP_BOTH, Fault.CSP_FRAME]


def test_policy_that_only_reports_stops_nothing() -> None:
    headers = (("content-security-policy-report-only", "default-src 'none'"),)
    assert judge(SNIPPET, headers=headers).findings == ()


def test_where_addresses_do_not_count_the_pinned_script_is_let_in_by_its_hash() -> None:
    policy = "script-src 'strict-dynamic' 'nonce-abc' https:"
    finding = only(judge(SNIPPET, policies=(policy,)))
    header = f"Content-Security-Policy: script-src 'strict-dynamic' 'nonce-…' https: '{LAUNCHER.integrity}'"
    assert (finding.fault, finding.paste) == (Fault.CSP_STRICT, (PINNED, header))
    assert judge(PINNED, policies=(header.partition(": ")[2].replace("…", "abc"),)).findings == ()
    assert judge(SNIPPET.replace("async", 'nonce="abc"'), policies=(policy,)).findings == ()
    loader = PINNED.replace(' data-agency="school"', "")
    assert only(judge(LOADER + ELEMENT, policies=(policy,))).paste == (loader, header)
    unknown = Launcher(base=HOST, version="0.3.0")
    assert only(judge(SNIPPET, policies=(policy,), launcher=unknown)).paste == ()


def test_link_needs_no_policy_and_no_registered_site() -> None:
    html = f'<a href="{HOST}/f/school">'
    assert judge(html, page="https://elsewhere.example/", policies=("default-src 'none'",)).findings == ()


def test_policy_is_told_also_where_the_snippet_is_still_to_come() -> None:
    judged = judge("<p>", policies=("default-src 'self'",))
    assert faults(judged) == [Fault.NO_WIDGET, Fault.CSP_BOTH]


def test_page_that_upgrades_addresses_mixes_nothing() -> None:
    html = SNIPPET.replace("https:", "http:")
    assert judge(html, policies=("upgrade-insecure-requests; script-src https://form.example",)).findings == ()


# Sites


def test_site_that_is_not_registered_is_told_with_a_command_that_keeps_all_others() -> None:
    finding = only(judge(SNIPPET, page="https://new.school.example:8443/x"))
    assert finding.fault is Fault.ORIGIN_NOT_REGISTERED
    assert finding.fault.is_for_operator
    known = "--origin https://school.example --origin 'http://127.0.0.1:*'"
    assert finding.paste == (f"otklik agency edit school {known} --origin https://new.school.example:8443",)


def test_page_of_an_expected_agency_wants_that_ones_key() -> None:
    html = SNIPPET.replace("school", "clinic")
    judged = judge(html, page="https://new.example/", expected=SCHOOL)
    assert faults(judged) == [Fault.OTHER_AGENCY, Fault.ORIGIN_NOT_REGISTERED]
    assert judged.findings[0].paste == (SNIPPET,)
    assert judged.agency == SCHOOL


def test_page_over_plain_http_may_carry_the_form_and_is_told_of_a_script_over_plain_http() -> None:
    page = "http://127.0.0.1:8000/"
    assert judge(SNIPPET, page=page).findings == ()
    assert faults(judge(SNIPPET.replace("https:", "http:"), page=page)) == [Fault.PLAIN_HTTP]


# Encodings


@pytest.mark.parametrize(
    ("before", "encoding", "headers"),
    [
        ("", "cp1251", ()),
        ("", "utf-8", ()),
        ("", "utf-8-sig", (("content-type", "text/html; charset=windows-1251"),)),
        ("", "utf-16", ()),
        ("", "cp1251", (("content-type", 'text/html;charset="Windows-1251"'),)),
        ('<meta charset="utf-8">', "cp1251", (("content-type", "text/html; charset=windows-1251"),)),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "cp1251", ()),
        ("<meta charset=koi8-r>", "koi8-r", ()),
        ("<meta charset=utf-16>", "utf-8", ()),
        ("<meta charset=hex>", "cp1251", (("content-type", "text/html; charset=x-unknown"),)),
    ],
)
def test_words_of_old_pages_are_read_as_a_browser_reads_them(
    before: str, encoding: str, headers: tuple[tuple[str, str], ...]
) -> None:
    text = "Есть яма?" if encoding != "koi8-r" else "Яма"
    html = SNIPPET.replace('"school"', f'"scool" data-text="{text}"')
    finding = only(judge((before + "<p>Школа</p>" + html).encode(encoding), headers=headers))
    assert finding.fault is Fault.UNKNOWN_KEY
    assert f'data-text="{text}"' in finding.paste[0]


def test_smart_quotes_of_windows_1251_are_seen() -> None:
    body = SNIPPET.replace('"school"', "«school»").encode("cp1251")
    assert faults(judge(body)) == [Fault.SMART_QUOTES]


def test_page_that_ends_within_a_letter_is_still_utf_8() -> None:
    body = (SNIPPET.replace('"school"', "«school»") + "я").encode()[:-1]
    assert faults(judge(body)) == [Fault.SMART_QUOTES]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_fault_has_words_for_what_and_how(lang: str) -> None:
    keys = TEXTS.keys(lang)
    assert {f"doctor.{part}.{fault.value}" for part in ("what", "how") for fault in Fault} - keys == set()


PIECES = [
    SNIPPET,
    PINNED,
    LEGACY,
    PLATFORM,
    "<!--",
    "-->",
    "<noscript>",
    "</noscript>",
    "<template>",
    "<table>",
    "<svg>",
    "<base href=//[>",
    "<script>",
    "</script>",
    "<textarea>",
    "<plaintext>",
    "<p>",
    "«",
    "&lt;script",
    "\0",
    "<otklik-widget agency=x mode=y>",
    "<a href=http://[>",
    "<meta http-equiv=Content-Security-Policy content=\"default-src 'self';;script-src,\">",
    "<script src=https://[ data-agency=school>",
    "<script src data-agency>",
    "<frameset>",
    "<select>",
]


@many
@given(st.lists(st.sampled_from(PIECES) | any_text, max_size=12).map("".join))
def test_whatever_a_page_is_it_is_judged_and_told_in_words(html: str) -> None:
    judged = judge(html.encode("utf-8", "replace"), policies=("default-src 'self'",))
    for finding in judged.findings:
        for lang in LANGUAGES:
            say = TEXTS.speaker(lang)
            assert say_what(say, finding)
            assert say_how(say, finding)
