"""The topic that a typed text is about: taken along where it is sure, offered where it is not."""

from dataclasses import dataclass, replace

from gateway.domain.reading import Reading
from gateway.domain.topic import Topic
from gateway.web.typed import Typed

_LEAST_WORDS = 3
_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """What was typed, with the topic of the text if that is sure; `topics` fit the text, best first."""

    typed: Typed
    topics: tuple[Topic, ...] = ()

    @property
    def to_choose(self) -> tuple[Topic, ...]:
        """The topics to ask about; none where the best one is taken, or another one was chosen by hand."""
        return () if self.typed.values["topic"] or self.typed.topic_unknown else self.topics


def follow_text(typed: Typed, reading: Reading | None) -> Suggested:
    """Return what the text suggests; a topic that the resident chose stays, and one taken from an earlier text goes."""
    if typed.topic_is_decided:
        return Suggested(typed=replace(typed, topic_from_text=""))
    if reading is None or len(typed.values["text"].split()) < _LEAST_WORDS:
        return Suggested(typed=_taken(typed, ""))
    topics = tuple(match.topic for match in reading.topics[:_MOST])
    return Suggested(typed=_taken(typed, topics[0].code if reading.is_sure else ""), topics=topics)


def _taken(typed: Typed, code: str) -> Typed:
    return replace(typed.having(topic=code), topic_from_text=code)
