"""How many have reported something already and how far away, in the reader's words."""

from babel import Locale

from gateway.form.wording import LOCALES
from gateway.texts import Texts


def case_in_words(texts: Texts, lang: str, *, people: int, metres: int | None) -> str:
    """Return what anybody may know of a case: «Уже сообщили 12 человек, 40 м отсюда»."""
    said = texts.say(lang, f"nearby.people.{_plural(lang, people)}", count=people)
    if metres is None:
        return texts.say(lang, "nearby.address", people=said)
    return texts.say(lang, "nearby.away" if metres else "nearby.here", people=said, metres=metres)


def joined_in_words(texts: Texts, lang: str, count: int) -> str:
    """Return how many have joined an appeal."""
    return texts.say(lang, f"track.joined.{_plural(lang, count)}", count=count)


def _plural(lang: str, count: int) -> str:
    """Return the form that a language has for so many: one, few, many, other (Unicode CLDR)."""
    return str(Locale.parse(LOCALES[lang]).plural_form(count))
