"""Addresses as people type them, made alike: «ул. Ленина, д. 5» and «Ленина улица 5» are one place."""

import re

_SIGNS = re.compile(r"[.,;:()«»\"'№_\s]+")
_POSTCODE = re.compile(r"\d{6}\Z")
_BLOCK_AND_NUMBER = re.compile(r"(?<![а-я])(корп|к|стр|д|кв)(?=\d)")  # «5к2», «д5»
_DASHED_LETTER = re.compile(r"(?<=\d)-(?=[а-и]\b)")  # «10-а»
_HOUSE_LETTER = re.compile(r"[а-и]\Z")

# What is the kind of a street; «улица» is not among them, since it is the one that people leave out.
_KINDS = {
    name: kind
    for kind, names in {
        "проспект": ("просп", "пр-т", "пр-кт", "пркт", "пр"),
        "переулок": ("пер", "пер-к"),
        "площадь": ("пл",),
        "набережная": ("наб",),
        "бульвар": ("б-р", "бул", "бульв"),
        "шоссе": ("ш",),
        "проезд": ("пр-д",),
        "микрорайон": ("мкр", "мкрн", "мкр-н", "м-н"),
        "тупик": ("туп",),
        "аллея": ("ал",),
        "линия": (),
        "тракт": (),
    }.items()
    for name in (kind, *names)
}
_UNSAID = frozenset(("улица", "ул", "дом", "д", "город", "г", "россия", "рф"))
_BLOCKS = {"корпус": "к", "корп": "к", "к": "к", "строение": "стр", "стр": "стр"}
_FLATS = frozenset(("квартира", "кв", "подъезд", "под", "этаж", "эт"))


def address_key(address: str) -> str:
    """Return what is alike for all ways to type an address; empty for one that names no house or other number."""
    words = _words(address)
    if not any(map(str.isdigit, "".join(words))):
        return ""
    return " ".join((*(word for word in words if word in _KINDS), *(word for word in words if word not in _KINDS)))


def is_on_street(address: str, street: str) -> bool:
    """Tell whether an address names that street; «улица Ленина» is not «проспект Ленина»."""
    words, sought = _words(address), _words(street)
    name = [word for word in sought if word not in _KINDS]
    kinds = {word for word in sought if word in _KINDS}
    if not name:
        return False
    starts = (start for start in range(len(words) - len(name) + 1) if words[start : start + len(name)] == name)
    return any(_kinds_beside(words, start, start + len(name)) == kinds for start in starts)


def _kinds_beside(words: list[str], start: int, end: int) -> set[str]:
    beside = [*words[max(0, start - 1) : start], *words[end : end + 1]]
    return {word for word in beside if word in _KINDS}


def _words(address: str) -> list[str]:
    """Return the words that tell one address from another, each in one spelling."""
    typed = [_KINDS.get(word, word) for word in _spelled(address) if word not in _UNSAID]
    return _joined([word for index, word in enumerate(typed) if not _is_about_flat(typed, index)])


def _spelled(address: str) -> list[str]:
    written = _BLOCK_AND_NUMBER.sub(r" \1 ", _DASHED_LETTER.sub("", address.casefold().replace("ё", "е")))
    words = (word.strip("-/") for word in _SIGNS.split(written))
    return [word for word in words if word and not _POSTCODE.match(word)]


def _is_about_flat(words: list[str], index: int) -> bool:
    return words[index] in _FLATS or (index > 0 and words[index - 1] in _FLATS and words[index][0].isdigit())


def _joined(words: list[str]) -> list[str]:
    """Join a house with its letter and block: «5 а» is 5а, «5 корп. 2» is 5к2."""
    joined: list[str] = []
    for word in words:
        after_house = bool(joined) and joined[-1][:1].isdigit()
        if after_house and (word in _BLOCKS or _HOUSE_LETTER.match(word)):
            joined[-1] += _BLOCKS.get(word, word)
        elif after_house and word.isdigit() and joined[-1].endswith(("к", "стр")):
            joined[-1] += word
        else:
            joined.append(word)
    return joined
