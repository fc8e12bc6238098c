"""The contract of templates: each uses what its context documents, all of that, and nothing else."""

import dataclasses
import re
from typing import get_args

import pytest
from jinja2 import meta, nodes

from gateway.domain.mail import NoticePage
from gateway.form.fields import FieldKind
from gateway.web.contexts import Context
from gateway.web.templating import environment

CONTEXTS = get_args(Context)
STEPS = {f"form/{kind.value}.html" for kind in FieldKind}

LETTERS = ["mail/notice.html", "mail/notice.txt"]

# What the form page sets for the template of a step.
OF_A_STEP = {"field", "number", "controls", "findings"}


def parse(template: str) -> nodes.Template:
    loader = environment().loader
    assert loader is not None
    return environment().parse(loader.get_source(environment(), template)[0])


def used(template: str) -> set[str]:
    """Names that a template takes from outside, with those of the templates that it builds on."""
    tree = parse(template)
    names = meta.find_undeclared_variables(tree) - own_names(tree)
    for other in meta.find_referenced_templates(tree):
        names |= set().union(*map(used, STEPS)) - OF_A_STEP if other is None else _used_by(other)
    return names


def _used_by(other: str) -> set[str]:
    return used(other) - OF_A_STEP if other in STEPS else used(other)


def own_names(tree: nodes.Template) -> set[str]:
    """Macros of its own, and templates that it imports: blocks see them."""
    return {macro.name for macro in tree.find_all(nodes.Macro)} | {i.target for i in tree.find_all(nodes.Import)}


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.__name__)
def test_template_uses_its_whole_context_and_nothing_else(context: type) -> None:
    assert used(context.template) == {field.name for field in dataclasses.fields(context)}


def test_every_kind_of_step_has_its_template() -> None:
    assert {name for name in environment().list_templates() if name.startswith("form/")} == STEPS


def test_every_template_is_drawn_by_a_context() -> None:
    parts = {"controls.html", "findings.html", "questions.html", "topic_rows.html", "sending.html"}
    shared = {"base.html", *parts, "mail/base.html", "mail/base.txt", *STEPS}
    drawn = {context.template for context in CONTEXTS} | {*LETTERS}
    assert set(environment().list_templates()) - shared == drawn


def test_letters_say_in_both_forms_all_that_their_page_has() -> None:
    html, text = (used(template) for template in LETTERS)
    seen = {"say", *(field.name for field in dataclasses.fields(NoticePage))}
    assert html == seen
    assert text == seen - {"lang"}


def test_letters_ask_no_server_for_anything() -> None:
    for template in ("mail/base.html", "mail/notice.html"):
        source, _, _ = environment().loader.get_source(environment(), template)  # type: ignore[union-attr]
        assert not re.search(r"<(?:img|link|script|style)|url\(|\bsrc=", source), template


def test_every_context_is_documented() -> None:
    for context in CONTEXTS:
        assert context.__doc__
        assert context.template in context.__doc__
        assert not context.__doc__.startswith(f"{context.__name__}(")


def test_no_template_switches_escaping_off() -> None:
    for name in environment().list_templates():
        tree = parse(name)
        assert not [f for f in tree.find_all(nodes.Filter) if f.name == "safe"], name
        assert not list(tree.find_all(nodes.ScopedEvalContextModifier)), name
