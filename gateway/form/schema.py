"""The form as data for clients that draw it themselves."""

from collections.abc import Callable

from gateway.form.appeal_form import AppealForm
from gateway.form.fields import Control, Field

Say = Callable[[str], str]
"""Gives the sentence of a text key in the reader's language."""


def describe(form: AppealForm, say: Say) -> dict[str, object]:
    """Return the form as JSON data: its fields, their kinds, limits and texts."""
    return {
        "agency": {"key": form.agency.key, "name": form.agency.name, "legal_name": form.agency.legal_name},
        "kind": form.kind.value,
        "title": say(f"form.{form.kind.value}.title"),
        "notice": say(f"form.{form.kind.value}.notice"),
        "fields": [_describe_field(field, say) for field in form.fields],
        "consent": None if form.consent is None else {"version": form.consent.version, "text": form.consent.text},
        "appeal_ways": _describe_ways(form),
    }


def _describe_ways(form: AppealForm) -> dict[str, str | None]:
    ways = form.agency.appeal_ways
    return {"portal": ways.portal, "post": ways.post, "reception": ways.reception}


def _describe_field(field: Field, say: Say) -> dict[str, object]:
    return {
        "kind": field.kind.value,
        "required": field.required,
        "label": say(f"ask.{field.kind.value}"),
        "hint": say(f"hint.{field.kind.value}"),
        "controls": [_describe_control(control, say) for control in field.controls],
    }


def _describe_control(control: Control, say: Say) -> dict[str, object]:
    limits = {
        "min_length": control.min_length,
        "max_length": control.max_length,
        "max_items": control.max_items,
        "max_bytes": control.max_bytes,
        "types": list(control.types) or None,
    }
    return {
        "name": control.name,
        "required": control.required,
        "label": say(f"label.{control.name}"),
        **{name: value for name, value in limits.items() if value is not None},
    }
