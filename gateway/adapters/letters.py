"""Letters as they are drawn: plain text and HTML from the templates in templates/mail."""

from dataclasses import fields
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from gateway.domain.mail import NoticePage
from gateway.texts import Texts


class LetterTemplates:
    """Fulfils `ports.NoticeDrawer` with the templates of a folder; they see the fields of a page, and `say`."""

    def __init__(self, folder: Path, texts: Texts) -> None:
        self._texts = texts
        self._templates = Environment(
            loader=FileSystemLoader(folder),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def __call__(self, page: NoticePage) -> tuple[str, str]:
        """Return the page as plain text and as HTML."""
        seen = {field.name: getattr(page, field.name) for field in fields(page)}
        seen["say"] = self._texts.speaker(page.lang)
        text, html = (self._templates.get_template(f"mail/notice.{kind}").render(seen) for kind in ("txt", "html"))
        return text, html
