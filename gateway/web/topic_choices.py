"""Topics as pages show them: the few that fit, and the whole tree; in the reader's language."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gateway.domain.topic import ARROW, Catalogue, Topic, mistaken
from gateway.web.contexts import TopicChoice, TopicPart, TopicSubject


def choice_of(topic: Topic, lang: str, *, with_tell: bool = False) -> TopicChoice:
    """Return one topic to choose."""
    worded = topic.wording(lang)
    return TopicChoice(
        code=topic.code,
        name=worded.path[-1],
        path=ARROW.join(worded.path),
        where=ARROW.join(worded.path[:-1]),
        days=topic.days,
        tell=worded.tell if with_tell else "",
    )


def choices(topics: Sequence[Topic], lang: str) -> tuple[TopicChoice, ...]:
    """Return topics to choose from; those that residents mix up say what tells them apart."""
    apart = mistaken(topics)
    return tuple(choice_of(topic, lang, with_tell=topic.code in apart) for topic in topics)


def tree(catalogue: Catalogue, lang: str) -> tuple[TopicSubject, ...]:
    """Return all topics, under their subjects and the parts of these."""
    return tuple(
        TopicSubject(name=name, count=len(topics), parts=tuple(_parts(topics, lang)))
        for name, topics in _grouped((topic.wording(lang).path[0], topic) for topic in catalogue.topics).items()
    )


def _parts(topics: Iterable[Topic], lang: str) -> Iterator[TopicPart]:
    for name, inner in _grouped((ARROW.join(topic.wording(lang).path[1:-1]), topic) for topic in topics).items():
        yield TopicPart(name=name, topics=choices(inner, lang))


def _grouped(named: Iterable[tuple[str, Topic]]) -> Mapping[str, list[Topic]]:
    groups: dict[str, list[Topic]] = {}
    for name, topic in named:
        groups.setdefault(name, []).append(topic)
    return groups
