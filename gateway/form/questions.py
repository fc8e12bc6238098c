"""What a topic asks besides the text, and which photo helps, in the reader's words.

A topic names them by keys. A key that the texts do not know is a region's own words, and says itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.domain.topic import Topic
from gateway.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a topic: the key it is answered under, what it is called, an example where there is one."""

    name: str
    label: str
    example: str | None = None


def questions_of(topic: Topic | None, texts: Texts, lang: str) -> tuple[Question, ...]:
    """Return what a topic asks; nothing where there is no topic."""
    return () if topic is None else tuple(question_called(name, texts, lang) for name in topic.questions)


def question_called(name: str, texts: Texts, lang: str) -> Question:
    """Return the question of that key."""
    example = texts.say(lang, f"question.{name}.example") if texts.has(lang, f"question.{name}.example") else None
    return Question(name=name, label=label_of(name, texts, lang), example=example)


def label_of(name: str, texts: Texts, lang: str) -> str:
    """Return what the question of that key is called."""
    return texts.say(lang, f"question.{name}.label") if texts.has(lang, f"question.{name}.label") else name


def photo_hint(topic: Topic | None, texts: Texts, lang: str) -> str | None:
    """Return the sentence that says which photo helps; None where the topic names none."""
    if topic is None or topic.photo is None:
        return None
    return texts.say(lang, f"photo.{topic.photo}") if texts.has(lang, f"photo.{topic.photo}") else topic.photo


def details_in_words(details: Mapping[str, str], texts: Texts, lang: str) -> Iterator[tuple[str, str]]:
    """Yield what was answered, each with what its question is called."""
    return ((label_of(name, texts, lang), said) for name, said in details.items())
