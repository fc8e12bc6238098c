"""A text as words, numbers and signs, each with where it stands: what the rules of places look through."""

import re
from enum import Enum, auto
from typing import NamedTuple

_TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|\d+|\S")  # nothing that could match in two ways: linear
_LETTERS, _SMALL = re.compile(r"[^\W\d_]"), re.compile("[a-zа-яё]")
_MOSTLY = 0.6
_ENDS = frozenset(".!?…;")


class TokenKind(Enum):
    """What a token is made of."""

    WORD = auto()
    NUMBER = auto()
    SIGN = auto()


class Token(NamedTuple):
    """A word, a number or one sign at `start` to `end` of a text; a tuple, as there are very many.

    `low` is how words are compared: small letters, «е» for «ё». `is_capital` is false in texts that shout all through.
    `is_glued` is said of what follows the token before without a blank, `is_on_new_line` of what a line break precedes.
    """

    text: str
    low: str
    start: int
    end: int
    kind: TokenKind
    is_capital: bool
    is_glued: bool
    is_on_new_line: bool

    @property
    def is_word(self) -> bool:
        """Whether it is made of letters."""
        return self.kind is TokenKind.WORD

    @property
    def is_number(self) -> bool:
        """Whether it is made of digits."""
        return self.kind is TokenKind.NUMBER

    @property
    def ends_sentence(self) -> bool:
        """Whether a sentence may end with it."""
        return self.low in _ENDS


Tokens = tuple[Token, ...]

NOTHING = Token("", "", 0, 0, TokenKind.SIGN, is_capital=False, is_glued=False, is_on_new_line=True)
"""Stands before the first token and after the last one."""


def tokens_of(text: str) -> Tokens:
    """Cut a text into tokens, in linear time."""
    shouts = _shouts(text)
    tokens: list[Token] = []
    last = 0
    for found in _TOKEN.finditer(text):
        part, start = found.group(), found.start()
        tokens.append(
            Token(
                part,
                folded(part),
                start,
                found.end(),
                _kind(part),
                is_capital=not shouts and part[0].isupper(),
                is_glued=bool(tokens) and start == last,
                is_on_new_line="\n" in text[last:start],
            )
        )
        last = found.end()
    return tuple(tokens)


def at(tokens: Tokens, place: int) -> Token:
    """Return the token at a place, `NOTHING` outside."""
    return tokens[place] if 0 <= place < len(tokens) else NOTHING


def folded(word: str) -> str:
    """Return a word as words are compared."""
    return word.lower().replace("ё", "е").replace("’", "'")


def words_of(listed: str) -> frozenset[str]:
    """Return a closed list of folded words."""
    return frozenset(listed.split())


def stems_of(listed: str) -> tuple[str, ...]:
    """Return a closed list of beginnings of words, as `str.startswith` takes them."""
    return tuple(dict.fromkeys(listed.split()))


def _kind(part: str) -> TokenKind:
    if part[0].isalpha():
        return TokenKind.WORD
    return TokenKind.NUMBER if part[0].isdecimal() else TokenKind.SIGN


def _shouts(text: str) -> bool:
    letters, small = len(_LETTERS.findall(text)), len(_SMALL.findall(text))
    return letters - small > _MOSTLY * letters
