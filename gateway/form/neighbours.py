"""How many have reported something already and how far away, in the reader's words."""

from babel import Locale

from gateway.domain.nearby import NearbyCase
from gateway.form.wording import LOCALES
from gateway.texts import Texts


def case_in_words(texts: Texts, lang: str, case: NearbyCase) -> str:
    """Return what anybody may know of a case: «Уже сообщили 12 человек, 40 м отсюда»."""
    people = texts.say(lang, f"nearby.people.{_plural(lang, case.people)}", count=case.people)
    if case.metres is None:
        return texts.say(lang, "nearby.address", people=people)
    if case.metres == 0:
        return texts.say(lang, "nearby.here", people=people)
    return texts.say(lang, "nearby.away", people=people, metres=case.metres)


def joined_in_words(texts: Texts, lang: str, count: int) -> str:
    """Return how many have joined an appeal."""
    return texts.say(lang, f"track.joined.{_plural(lang, count)}", count=count)


def _plural(lang: str, count: int) -> str:
    """Return the form that a language has for so many: one, few, many, other (Unicode CLDR)."""
    return str(Locale.parse(LOCALES[lang]).plural_form(count))
