"""Every sentence that code or a template may say is there, in every language, and no other."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

from gateway import errors
from gateway.domain.agency import Agency, AgencyKey, LegalBasis
from gateway.domain.appeal import SubmissionKind
from gateway.domain.case import HIGHEST_SCORE, LOWEST_SCORE, EventKind, Status
from gateway.domain.consent import ConsentText
from gateway.domain.fault import Danger, FaultKind
from gateway.errors import OtklikError
from gateway.form.appeal_form import AppealForm
from gateway.form.fields import FieldKind
from gateway.form.limits import FormLimits
from gateway.texts import LANGUAGES, load_texts
from gateway.web.templating import environment

TEXTS = load_texts()
GATEWAY = Path(__file__).parents[2] / "gateway"
BOTS = Path(__file__).parents[2] / "bots"
WIDGET = Path(__file__).parents[2] / "widget/src"

# Words of which one is chosen by data: an enumeration, a code, a language.
CHOSEN = {
    "status": [status.value for status in Status],
    "event": [event.value for event in EventKind],
    "score": [str(score) for score in range(LOWEST_SCORE, HIGHEST_SCORE + 1)],
    "ask": [kind.value for kind in FieldKind],
    "hint": [kind.value for kind in FieldKind],
    "fault": [kind.value for kind in FaultKind],
    "danger": [danger.value for danger in Danger],
    "form": [f"{kind.value}.{part}" for kind in SubmissionKind for part in ("title", "notice")],
}


def all_errors(error: type[OtklikError] = OtklikError) -> Iterator[type[OtklikError]]:
    if error.__module__ == errors.__name__:  # others stay inside their adapter
        yield error
    for narrower in error.__subclasses__():
        yield from all_errors(narrower)


def controls() -> list[str]:
    agency = Agency(
        key=AgencyKey("school"),
        name="",
        legal_name="",
        legal_basis=LegalBasis.CONSENT,
        consent=ConsentText(version="1", text=""),
    )
    form = AppealForm(agency=agency, kind=SubmissionKind.MESSAGE, limits=FormLimits())
    return [control.name for field in form.fields for control in field.controls]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_control_status_event_and_score_has_its_words(lang: str) -> None:
    keys = {f"{group}.{word}" for group, words in CHOSEN.items() for word in words}
    keys |= {f"label.{name}" for name in controls()}
    assert keys - TEXTS.keys(lang) == set()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("danger", Danger)
def test_what_is_said_of_a_danger_names_the_numbers_to_call(danger: Danger, lang: str) -> None:
    assert re.findall(r"\b1\d\d\b", TEXTS.say(lang, f"danger.{danger.value}")) == list(danger.numbers)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_error_has_its_sentence(lang: str) -> None:
    keys = {f"error.{error.code}" for error in all_errors()}
    assert keys - TEXTS.keys(lang) == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_problem_has_its_sentence(lang: str) -> None:
    codes = set(problem_codes())
    assert {"required", "too_long", "not_stored", "damaged_file", "unknown_field"} <= codes
    own = {key.rpartition(".")[2] for key in TEXTS.keys(lang) if key.startswith("problem.")}
    assert codes - own == set()


def test_languages_say_the_same_things() -> None:
    for lang in LANGUAGES:
        assert TEXTS.keys(lang) == TEXTS.keys(LANGUAGES[0])


def test_sentences_have_the_same_places_in_every_language() -> None:
    for key in TEXTS.keys(LANGUAGES[0]):
        places = {frozenset(places_in(TEXTS.say(lang, key))) for lang in LANGUAGES}
        assert len(places) == 1, key


def test_no_sentence_is_empty_or_has_blanks_around_it() -> None:
    for lang in LANGUAGES:
        for key in TEXTS.keys(lang):
            sentence = TEXTS.say(lang, key)
            assert sentence.strip(" \n"), key
            assert sentence.strip(" ") == sentence, key


def test_every_sentence_that_is_asked_for_exists() -> None:
    said = all_said()
    whole = {key for key in said if "*" not in key}
    assert {"form.review.send", "track.received", "mail.numbers.subject"} <= whole
    assert whole - TEXTS.keys("ru") == set()


def test_every_finding_of_a_channel_is_named_after_it() -> None:
    found = {key for key in said_in_code() if key.startswith("channel.")}
    assert {"channel.silent", "channel.vk.no_server"} <= found
    folders = {path.parent.name for path in BOTS.glob("*/__init__.py")}
    assert {key.split(".")[1] for key in found if key.count(".") > 1} == folders


def test_no_sentence_is_left_over() -> None:
    asked = [re.compile(re.escape(key).replace(r"\*", ".+")) for key in all_said()]
    chosen = {f"{group}.{word}" for group, words in CHOSEN.items() for word in words}
    unused = {key for key in TEXTS.keys("ru") - chosen if not any(pattern.fullmatch(key) for pattern in asked)}
    assert unused == set()


def places_in(sentence: str) -> Iterator[str]:
    return (name for _, name, _, _ in string.Formatter().parse(sentence) if name)


def all_said() -> set[str]:
    return {*said_in_code(), *said_in_templates(), *said_in_scripts()}


def said_in_scripts() -> Iterator[str]:
    """Keys in the calls of `say` in the scripts of pages, a template string's parts as `*`; the launcher's words."""
    for path in (WIDGET / "form").rglob("*.js"):
        for argument in re.findall(r"\bsay\((.*)", path.read_text(encoding="utf-8")):
            first = re.match(r"""["`]([^"`]+)["`]""", argument)
            others = re.findall(r"""["`]([a-z_]+\.[^"`]+)["`]""", argument)
            yield from (
                "script." + re.sub(r"\$\{[^}]*\}", "*", key) for key in [*([first[1]] if first else []), *others]
            )
    for path in (WIDGET / "launcher").glob("*.js"):
        script = path.read_text(encoding="utf-8")
        yield from (f"widget.{word}" for word in re.findall(r"\bwords(?:\(\))?\.(\w+)", script))
        yield from re.findall(r"`(widget\.\w+)` of gateway/texts", script)  # what the build puts in by itself


def said_in_code() -> Iterator[str]:
    """Keys in the calls of `say`, `texts.say` and `has`, what an f-string fills in as `*`; codes of findings."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node.func) in ("say", "has"):
                asked = {key for argument in node.args[:2] for key in keys_in(argument) if "." in key}
                yield from asked - {"channel.*"}  # the findings below tell which of them there are
            elif isinstance(node, ast.Call) and name_of(node.func) == "Finding":  # what a page's examination found
                codes = [word.value for word in node.keywords if word.arg == "code"]
                yield from (f"channel.{code}" for argument in codes for code in keys_in(argument))
            elif isinstance(node, ast.Assign):  # a key that is chosen first and said below
                yield from (key for key in keys_in(node.value) if key.startswith("problem."))


def said_in_templates() -> Iterator[str]:
    loader = environment()
    for name in loader.list_templates():
        assert loader.loader is not None
        source, _, _ = loader.loader.get_source(loader, name)
        for call in loader.parse(source).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "say":
                yield from template_keys(call.args[0])
            else:  # a macro that is given a key to say
                given = (key for argument in call.args for key in template_keys(argument))
                yield from (key for key in given if TEXTS.has("ru", key))


def template_keys(node: nodes.Expr) -> Iterator[str]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.Concat):
        yield "".join(part.value if isinstance(part, nodes.Const) else "*" for part in node.nodes)
    elif isinstance(node, nodes.CondExpr):
        for branch in (node.expr1, node.expr2):
            if branch is not None:
                yield from template_keys(branch)


def keys_in(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from keys_in(node.body)
        yield from keys_in(node.orelse)


def problem_codes() -> Iterator[str]:
    """Codes in the calls that make a problem."""
    for tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            if name_of(node.func) == "Problem":
                named = [word.value for word in node.keywords if word.arg == "code"]
            elif name_of(node.func) == "add" and len(node.args) == 2:  # findings.add(field, code)
                named = [node.args[1]]
            elif name_of(node.func) in ("UnsupportedFile", "_problem"):
                named = node.args[:1]
            else:
                continue
            yield from (code for argument in named for code in keys_in(argument) if code.isidentifier())


def trees() -> Iterator[ast.Module]:
    for path in sorted([*GATEWAY.rglob("*.py"), *BOTS.rglob("*.py")]):
        yield ast.parse(path.read_text(encoding="utf-8"))


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
