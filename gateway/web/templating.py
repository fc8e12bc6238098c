"""Draws pages: a template sees the fields of its context (contexts.py) and nothing else."""

from dataclasses import fields
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.web.contexts import Context
from gateway.web.shipped import find_shipped


@cache
def environment() -> Environment:
    """Return the one set of templates; a name that a context lacks is an error, never an empty place."""
    return Environment(
        loader=FileSystemLoader(find_shipped("_templates", in_checkout="templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def render(context: Context) -> str:
    """Return the page that a context describes."""
    seen = {field.name: getattr(context, field.name) for field in fields(context)}
    return environment().get_template(context.template).render(seen)
