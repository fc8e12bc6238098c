"""One visit to a page: who came, for which agency, in which language they read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from urllib.parse import urlencode

from aiohttp import web

from gateway.domain.agency import Agency
from gateway.domain.appeal import SubmissionKind
from gateway.form.appeal_form import AppealForm
from gateway.texts import LANGUAGES, Say, Texts, choose_language
from gateway.web.assets import asset_url
from gateway.web.caller import language
from gateway.web.contexts import Frame, Language
from gateway.web.edge import EDGE, Edge
from gateway.web.look import Look, read_look

_SCRIPT = "script."

DEMO_CHAT = web.AppKey("demo_chat", str)
"""The path of the demo's chat; nothing else has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request for a page; `agency` is None where the page belongs to none."""

    request: web.Request
    lang: str
    look: Look = field(default_factory=Look)
    agency: Agency | None = None

    @property
    def edge(self) -> Edge:
        """What the handlers may use."""
        return self.request.app[EDGE]

    @property
    def say(self) -> Say:
        """Sentences in the visitor's language."""
        return self.edge.texts.speaker(self.lang)

    def speaking(self, lang: str | None) -> "Visit":
        """Return the visit in the language that a form carries along, if it is one of ours."""
        return replace(self, lang=lang) if lang in LANGUAGES else self

    def href(self, path: str, **query: str) -> str:
        """Return an address that opens in this look and language, `lang` only if the browser would choose another."""
        query.update(self.look.query)
        if choose_language(None, self.request.headers.get("Accept-Language")) != self.lang:
            query["lang"] = self.lang
        return f"{path}?{urlencode(query)}" if query else path

    def frame(self) -> Frame:
        """Return what stands around the page's content."""
        key = None if self.agency is None else self.agency.key
        return Frame(
            lang=self.lang,
            owner=self.say("page.product") if self.agency is None else self.agency.name,
            look=self.look,
            stylesheet=asset_url("style.css"),
            dark_stylesheet=asset_url("dark.css"),
            findings_stylesheet=asset_url("findings.css"),
            script=asset_url("form.js"),
            data=script_data(self),
            form_href=None if key is None else self.href(f"/f/{key}"),
            lost_href=None if key is None else self.href(f"/f/{key}/lost"),
            chat_href=self.href(self.request.app[DEMO_CHAT]) if DEMO_CHAT in self.request.app else None,
            languages=self._languages() if self.request.method == "GET" else (),
        )

    def _languages(self) -> Sequence[Language]:
        return [
            Language(code=code, name=self.edge.texts.say(code, "page.language"), href=self._in(code))
            for code in LANGUAGES
            if code != self.lang
        ]

    def _in(self, lang: str) -> str:
        return self.request.rel_url.update_query(lang=lang).raw_path_qs


def script_data(visit: Visit) -> Mapping[str, object]:
    """Return what the page's scripts are told (widget/src/form/page.js): their words, addresses and limits."""
    limits = visit.edge.form_limits
    return {
        "lang": visit.lang,
        "agency": None if visit.agency is None else visit.agency.key,
        "words": _script_words(visit.edge.texts, visit.lang),
        "limits": {"files": limits.files_max, "fileBytes": limits.file_bytes},
        "styles": {"findings": asset_url("findings.css")},
        "map": None if visit.edge.map is None else visit.edge.map.for_scripts(asset_url("map.css")),
    }


@cache
def _script_words(texts: Texts, lang: str) -> Mapping[str, str]:
    """Return the section [script] of the texts."""
    keys = sorted(key for key in texts.keys(lang) if key.startswith(_SCRIPT))
    return {key.removeprefix(_SCRIPT): texts.say(lang, key) for key in keys}


def open_visit(request: web.Request, agency: Agency | None = None) -> Visit:
    """Return the visit that a request begins: `?lang` chooses the language, else Accept-Language, else Russian."""
    return Visit(request=request, lang=language(request), look=read_look(request.query), agency=agency)


def form_of(visit: Visit) -> AppealForm:
    """Return the form that the page draws: of a message, as 59-ФЗ appeals need an identified resident."""
    assert visit.agency is not None
    return AppealForm(agency=visit.agency, kind=SubmissionKind.MESSAGE, limits=visit.edge.form_limits)
