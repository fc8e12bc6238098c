"""Questions that an agency has an answer for, recognised by their words in whatever form."""

import re
from dataclasses import dataclass

import Stemmer

from gateway.domain.agency import AgencyKey
from gateway.domain.fact import Fact
from gateway.ports import Facts

_WORD = re.compile(r"[^\W_]+")
_LONGEST_QUESTION = 25
"""Words; whoever writes more describes something, and wants more than opening hours."""


@dataclass(frozen=True, slots=True)
class StemmedFacts:
    """Fulfils `ports.FactFinder`: a short text asks for the fact one of whose phrasings it holds in full."""

    facts: Facts

    async def find(self, agency: AgencyKey, text: str) -> Fact | None:
        """Return the fact whose longest phrasing is in the text, or None."""
        words = _WORD.findall(text.lower())
        if not words or len(words) > _LONGEST_QUESTION:
            return None
        known = await self.facts.of_agency(agency)
        if not known:
            return None
        said = _stems(words)
        fitting = [
            (len(stems), fact)
            for fact in known
            for phrase in fact.asked
            if (stems := _stems(_WORD.findall(phrase.lower()))) and stems <= said
        ]
        return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _stems(words: list[str]) -> frozenset[str]:
    # A stemmer of its own each time: it is not safe to share between threads.
    return frozenset(Stemmer.Stemmer("russian").stemWords([word.replace("ё", "е") for word in words]))
