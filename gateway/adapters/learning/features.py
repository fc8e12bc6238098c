"""A text as numbers: check sums of its words, of its pairs of words and of the pieces of its words.

Each number stands for one thing that the text has; a thing that it has twice is there twice.
"""

import re
from zlib import crc32

import numpy as np
import Stemmer
from numpy.typing import NDArray

Hashes = NDArray[np.uint32]
Places = NDArray[np.int64]

READ_CHARACTERS = 4_000
_LONGEST_WORD = 32  # what is longer is no word: pasted data, one key held down
_LONGEST_NUMBER = 3  # how long a number is says what it is; which it is says little
_PIECES = (3, 4, 5)  # letters; with the space before and after a word

_WORD = re.compile(r"[^\W_]+|[!?№]")
_NUMBER = re.compile(r"\d+")
_SPACE = ord(" ")

# Odd numbers that mix well; any others would do, but a model knows only the ones that it was made with.
_FIRST, _SECOND, _STEP = np.uint32(31), np.uint32(0x9E3779B1), np.uint32(0x01000193)
_MIX, _MIX_MORE = np.uint32(0x7FEB352D), np.uint32(0x846CA68B)
# What a number was made of goes into it, so that a word is told from a piece that is spelt alike.
_WORDS, _PAIRS, _PAIRS_OVER_ONE, _LETTERS, _OF_LETTERS = 1, 2, 5, 7, 100


def written_words(text: str) -> list[str]:
    """Return the words of a text as they are compared: small letters, no ё, numbers as so many noughts."""
    plain = _NUMBER.sub(_noughts, text[:READ_CHARACTERS].lower().replace("ё", "е"))
    return [word for word in _WORD.findall(plain) if len(word) <= _LONGEST_WORD]


def word_hashes(words: list[str]) -> Hashes:
    """Return the stems of words, each pair of neighbours and each pair with one word between."""
    return placed_word_hashes(words)[0]


def letter_hashes(words: list[str]) -> Hashes:
    """Return the pieces of words: they find what is misspelt, inflected or put together."""
    return placed_letter_hashes(words)[0]


def placed_word_hashes(words: list[str]) -> tuple[Hashes, Places]:
    """Return what `word_hashes` does, and with which word each of them begins."""
    # A stemmer of its own each time: a shared one may not be used by two threads.
    stems = Stemmer.Stemmer("russian").stemWords(words)
    one = np.fromiter((crc32(stem.encode()) for stem in stems), np.uint32, len(stems))
    hashes = [
        _mixed(one, _WORDS),
        _mixed(one[:-1] * _FIRST + one[1:] * _SECOND, _PAIRS),
        _mixed(one[:-2] * _FIRST + one[2:] * _SECOND, _PAIRS_OVER_ONE),
    ]
    return np.concatenate(hashes), np.concatenate([np.arange(len(part)) for part in hashes])


def placed_letter_hashes(words: list[str]) -> tuple[Hashes, Places]:
    """Return what `letter_hashes` does, and of which word each of them is."""
    letters = np.frombuffer(f" {' '.join(words)} ".encode("utf-32-le"), np.uint32)
    word_of = np.minimum(np.cumsum(letters == _SPACE) - 1, max(len(words) - 1, 0))
    single = piece = _mixed(letters, _LETTERS)
    crosses = np.zeros(len(letters), bool)  # whether a piece has a space inside
    pieces, places = [np.zeros(0, np.uint32)], [np.zeros(0, np.int64)]
    for length in range(2, min(max(_PIECES), len(letters)) + 1):
        piece = piece[:-1] * _STEP + single[length - 1 :]
        inner = letters[length - 2 : -1] == _SPACE if length > 2 else False
        crosses = crosses[:-1] | inner
        if length in _PIECES:
            pieces.append(_mixed(piece[~crosses], _OF_LETTERS + length))
            places.append(word_of[: len(piece)][~crosses])
    return np.concatenate(pieces), np.concatenate(places)


def _noughts(number: re.Match[str]) -> str:
    return "0" * min(len(number[0]), _LONGEST_NUMBER)


def _mixed(hashes: Hashes, salt: int) -> Hashes:
    mixed = hashes ^ np.uint32(salt)
    mixed = (mixed ^ (mixed >> np.uint32(16))) * _MIX
    mixed = (mixed ^ (mixed >> np.uint32(15))) * _MIX_MORE
    return mixed ^ (mixed >> np.uint32(16))
