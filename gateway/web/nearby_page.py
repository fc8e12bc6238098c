"""Before it is sent, once: what others have reported there already, and what the agency knows of."""

from collections.abc import Iterator
from dataclasses import replace

from gateway.domain.nearby import Known
from gateway.domain.place import Place, Point
from gateway.form.neighbours import case_in_words
from gateway.form.wording import day_in_words, time_in_words
from gateway.web.contexts import KnownCase, KnownOutage, Moment, NearbyPage
from gateway.web.form_page import action_of, hidden_fields
from gateway.web.typed import Typed, read_answers
from gateway.web.visit import Visit, form_of

_BETWEEN = " "


async def look_around(visit: Visit, typed: Typed) -> Known:
    """Return what is known of the topic and the place that were typed."""
    answers, problems = read_answers(typed)
    if problems:
        return Known()
    point = None if answers.lat is None or answers.lon is None else Point(lat=answers.lat, lon=answers.lon)
    place = Place(address=answers.address, point=point) if answers.address or point else None
    return await visit.edge.look_around(form_of(visit).agency, answers.topic, place)


def is_news(typed: Typed, known: Known) -> bool:
    """Tell whether something of it has not been shown yet."""
    return not set(_marks(known)) <= set(typed.known.split(_BETWEEN))


def having_shown(typed: Typed, *known: Known) -> Typed:
    """Return what was typed on a page that shows this."""
    shown = dict.fromkeys((*typed.known.split(_BETWEEN), *(mark for one in known for mark in _marks(one))))
    return replace(typed, known=_BETWEEN.join(shown).strip())


def nearby_page(visit: Visit, typed: Typed, known: Known, *, go_on: str) -> NearbyPage:
    """Return the page with it; `go_on` is the button that was pressed, for those who mean something else."""
    return NearbyPage(
        frame=visit.frame(),
        say=visit.say,
        action=action_of(visit),
        cases=tuple(cases_of(visit, known)),
        outages=tuple(outages_of(visit, known)),
        go_on=go_on,
        hidden=(("lang", visit.lang), *hidden_fields(having_shown(typed, known))),
    )


def _marks(known: Known) -> Iterator[str]:
    yield from (case.number for case in known.cases)
    yield from (outage.id for outage in known.outages)


def cases_of(visit: Visit, known: Known) -> Iterator[KnownCase]:
    """Yield the cases in words."""
    catalogue, zone = visit.edge.topics.of(form_of(visit).agency.key).catalogue, form_of(visit).agency.time_zone
    for case in known.cases:
        topic = catalogue.find(case.topic)
        yield KnownCase(
            number=case.number,
            topic="" if topic is None else topic.name_in(visit.lang),
            text=case_in_words(visit.edge.texts, visit.lang, people=case.people, metres=case.metres),
            since=Moment(
                iso=case.since.date().isoformat(), words=day_in_words(case.since, time_zone=zone, lang=visit.lang)
            ),
        )


def outages_of(visit: Visit, known: Known) -> Iterator[KnownOutage]:
    """Yield in words what the agency knows of."""
    zone = form_of(visit).agency.time_zone
    for outage in known.outages:
        words = time_in_words(outage.until, time_zone=zone, lang=visit.lang)
        yield KnownOutage(text=outage.text, until=Moment(iso=outage.until.isoformat(), words=words))
