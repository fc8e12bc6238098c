"""Obscene words and insults: in every form, with letters masked, doubled, parted or put in from another alphabet.

A word is looked at as a whole and by its beginning, because many decent words hold the letters of a rude one inside:
«застраховать», «хлебный», «употреблять», «команда».
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_TOKEN = re.compile(r"[^\W_]+(?:[*@#$%&._'’…•·-]+[^\W_]+)*[*@#$%]*")
_LETTERS = re.compile(r"[^\W\d_]")
_PARTED = re.compile(r"(?<![^\W_])[^\W_](?:([ .,_*/|-]{1,2})[^\W_]){2,14}(?![^\W_])")
_SEPARATORS = re.compile(r"[^\w*]+|_+")
_MASK = re.compile(r"[*@#$%&]+|\.{2,}|…|(?<=[а-я])[._-](?=[а-я])")
_BOLD_MASK = re.compile(r"[*@#$%&]|\.{2}|…")  # others may be initials: «С.А»
_PLATE = re.compile(r"\w\d{3}\w{2}\d{0,3}$")
_DOUBLED = re.compile(r"(.)\1+")
_LONGEST = 40
_MOST_MASKED = 40
"""So many masked words of a text are looked at: nobody hides more, and tables of stars take no time."""

_LOOKALIKES = str.maketrans("aeopcxykmthbnu03646@$zi", "аеорсхукмтнвпиозбчбасзи")
_PHONETIC = (
    r"(?:[zs]a|na|po|ni|do|o|vy|ot|raz|pro|u|pere)?(?:[hx]u(?:[yji](?:$|n[yija]|a|ov|evo)|ev[oa]|yo)|"
    r"[eyj]{1,2}o?ba(?:[lt]|n)"
    r"|ebuch|ebis)|p[ie]zd|bl[iyj]*a(?:d[ijy']|t[j'y]?$)|bl(?:ya|ia|ja)$|suk[aiu]$|mudak|pid[oa]r(?!am)|"
    r"g[ao]ndon|dolboe?[yj]?[eo]b"
    r"|eblan|mraz[iy]?$|fuck|motherfuck|shit(?:$|s$|ty|head|hole)|bullshit|bitch|asshole|cunt(?:$|s$)|"
    r"dickhead"
    r"|whore|bastards?$|moron|idiots?$|scumbag"
)
_PREFIX = (
    r"(?:без|в[ъь]?|взъ|воз|вы|до|за|изъ?|на|надъ?|недо|не|ни|о|об[ъь]?|обо|от[ъь]?|ото|а|пере|по|под[ъь]?|пр[ои]|"
    r"раз[ъь]?|рас|с[ъь]?|у)?"
)
_BEFORE_VOWEL = r"(?:за|на|по|вы|до|про|у|о|недо|пере|при|в[ъь]|с[ъь]|об[ъь]|от[ъь]?|подъ?|из[ъь]|разъ?|рас)?"
"""As above, but «себя» and «веб» begin with none of these."""
_MAT = (
    rf"{_PREFIX}ху(?:[йеяюи]|л[ие]$)",
    rf"{_PREFIX}п[ие]?зд(?!ино)",
    rf"{_BEFORE_VOWEL}[еэ]б(?!ург|ол|онит|ай$)",
    r"й[оe]б(?:а[нт]|н|у)|(?:за|вы|на|до|про)и[бп](?:а[лтн](?!ь)|у[тч])",
    r"бля(?:$|д|т)|бл[еэ](?:а|я)?ть$|блэт|выблядо|\w{0,6}бляд(?:$|ь|и|с|ов|ей)",
    r"манд(?:[аеуы]|ой)$|манд[ао]вош",
    r"(?:за|об|из)?муд(?:а[кчх]|ил|о[зхеё]|ень$|ня$|ища$)",
    r"залуп",
    r"(?:за|с)?пид[оа]р(?!ам)|пидр|пид[ао]рас|педераст|педик(?:$|и$|ов$|ам)",
    r"г[ао]ндон",
    rf"{_PREFIX}дроч(?!ен)",
    rf"{_PREFIX}г[оа]вн",
    r"(?:за|черно|толсто|голо|без)?жоп",
    r"(?:на|за|об|обо|вы|по|у|про|до|под|от|ото|пере|раз|се|ра)?ср(?:а(?:[лт](?!ег)|н(?!ств|а?в)|ч|к[аи]$)|ут$|ешь$)",
    r"шлюх|шалав|потаскух|курв[аыуе]",
    r"(?:за|от|пере|вы|по|про)?трах(?:а[лтюе]|ну)",
    rf"{_PREFIX}хер(?:$|[аеу]$|ом$|н[яиюе]|ов(?!ат|ск|ч)|ач|ищ|е(?:л|т|ю))",
    r"\w*(?<!стра)(?<!пси)хуй|\w+[оъь]еб(?:а|у|и|л|н|о[кмв]|ы$|$)|остоп[ие]зд|остоеб",
    r"с[уц]ч(?:ар|ень?ыш|ь?[яеи]го?$|ий$)|сукин",
)
_INSULTS = (
    r"мраз(?:[ьи]$|ью$|ей$|ям|от)|ублюд|выродк|выродок|дегенерат|имбецил|кретин(?:$|[ыоауе])|придур|"
    r"подон(?:ок|к)|сволоч"
    r"|мерзав[ец]|падл[аыоу]|чмо(?:$|шник)|урод(?:$|[аыу]$|ов$|ам|ом$|цы$)|дебил(?:$|[аыуо])|идиот(?:$|"
    r"[аыуо]|к[аи]$)"
    r"|твар(?:[ьи]$|ей$|ям|ью$)|жид(?:$|[ыа]$|ов|ам)|недоум(?:ок|к)|тупиц|скот(?:ы$|ина$)|козл(?:ин[аы]|ы$)|"
    r"гнид"
)
_ENGLISH_DOUBLES = re.compile(r"assholes?$|bullshit")  # what the collapsing of doubled letters would hide
_RUDE = re.compile("|".join((*_MAT, _INSULTS)))
_WET = re.compile(r"(?:на|обо|за|по|у|о)?с{2,}(?:а(?:л[аио]?(?:с[ья])?|ть?(?:ся)?|н\w*)|ут|ыт|ышь)$")
_BITCH = re.compile(r"с+у+(?:к[аиуе]|кой|ками?|ках|ч[ка]и?|чк[аиуе])$")
_PHONETIC_WORD = re.compile(_PHONETIC)
_OF_TREES = re.compile(
    r"дерев|ветк|ветв|ветох|берез|топол|клен|\bив[аыу]|липа|сосн|спил|обрез|крон|сучь|сухо|ствол|пил[ия]"
)
_OF_DOGS = re.compile(r"собак|щен|кобел|стерил|пород|стая|стаи|бродяч|питомник|кличк")
_OF_LICE = re.compile(r"вши|вшей|вшив|педикул|\bволос")
_OF_CATTLE = re.compile(
    r"коров|\bкоз[аыу]?\b|ферм|стад[оа]|пас[уе]т|пастбищ|выпас|загон|хозяйств|корм|зоопарк|сел[оае]\b|скотин[аыу]"
)
_CONTEXTS = (
    (re.compile(r"с+ук|с+уч"), (_OF_TREES, _OF_DOGS)),
    (re.compile(r"гнид"), (_OF_LICE,)),
    (re.compile(r"скот|козл"), (_OF_CATTLE,)),
)
_PHRASE = re.compile(
    r"(?<!\w)(?:тво[юё]|вашу)\s+(?:ж\s+|же\s+)?мать(?=\s*[!.,…)]|\s*$)"
    r"|(?<!\w)на\s[хxh](?:\*+|\.{2,}|…|#+|(?=\s*(?:$|!)))|(?<!\w)на\s+\*{2,}"
)

_ENDS_LIKE_A_PLACE = re.compile(r"[клнртв]ово$|[клнст]ино$")
_SENTENCE_ENDS = ("", ".", "!", "?", "…")
_BEFORE_PLACE = re.compile(
    (
        r"(?:деревн\w*|дер|сел[оауе]м?|пос[её]л\w*|пос|хутор\w*|рек[аиеу]|улиц\w*|ул|станци\w+|переул\w+|пер|"
        r"район\w*|озер\w+|г|город\w*|с|д|п)\.?\s+[«\"]?$"
    ),
    re.IGNORECASE,
)
# What a masked word may stand for: whole words, because masks leave too little of them to judge by a beginning.
_FORM_SET = frozenset(
    re.findall(
        r"\w+",
        (
            "хуй хуя хую хуем хуи хуев хуево хуевый хуевая хуевое хуевые хуево хуйня хуйню хуйни хуйней хуета "
            "нахуй похуй "
            "нихуя дохуя охуел охуели охуеть охуенно охуевший охуевшие охренеть хуесос хуярят пизда пизды пизду "
            "пизде пиздец "
            "пиздеца пиздит пиздят пиздеть пиздабол пиздаболы пиздобол спиздили распиздяи распиздяй "
            "распиздяйство ебать ебал "
            "ебали ебет ебут ебаный ебаная ебаное ебаные ебаных ебаной ебаного ебанный ебанные ебанутые ебанутый "
            "ебучий "
            "ебучие ебучая ебло еблан ебланы заебал заебала заебали заебало заебись заебатые наебали наебывают "
            "наебал поебать "
            "выебываться отъебись отъебитесь разъебали разъебана разъебанная доебались уебок уебки уебище "
            "уебищное уебаны "
            "объебали съебался проебали долбоеб долбоебы долбоебов блядь бляди блядей блядский блядская блядское "
            "блядские "
            "блядство блять бля мудак мудаки мудаков мудила мудилы мудачье пидор пидоры пидорас пидорасы пидоров "
            "пидар пидары "
            "пидарасы гандон гандоны гондон гондоны сука суки суку сукам сучка говно говна говном говне говнюк "
            "говнюки жопа "
            "жопе жопу жопой жопы срать насрать обосрали насрали засрали засранцы срань сраный сраная сраные "
            "шлюха шлюхи "
            "залупа манда дерьмо дерьма мразь мрази твари ублюдки ублюдок уроды "
        ),
    )
)
_FORMS = "\n".join(sorted(_FORM_SET))
_SHORT_MASKS = frozenset("хпбесжг")
_FOREIGN_CYRILLIC = re.compile(r"[әөүҗңһғқҡҙҫұіїєӑӗҫӳўќљњђћџ]")


def find_obscene(text: str) -> Iterator[tuple[int, int]]:
    """Yield where obscene words and insults begin and end."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter that is two in small ones, such as İ: places would shift
        lowered = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    folded = lowered.replace("ё", "е")
    masked = 0
    for token in _TOKEN.finditer(folded):
        word = token[0]
        if len(word) > _LONGEST:
            continue
        is_masked = not word.isalnum() and not _is_anonymous(text, token)
        masked += is_masked
        if (is_masked and masked <= _MOST_MASKED and _is_masked_rude(word)) or (
            _is_rude(word) and not _is_meant_otherwise(word, folded) and not _is_place(text, token.start(), word)
        ):
            yield token.span()
    yield from (found.span() for found in _PARTED.finditer(folded) if _spells_rude(found[0]))
    yield from (found.span() for found in _PHRASE.finditer(folded))


@lru_cache(maxsize=20_000)
def _is_rude(word: str) -> bool:
    """Tell it of one word in small letters without «ё»."""
    if not _LETTERS.search(word):
        return False
    parts = [part for part in re.split(r"[^\w]+", word) if part]
    return any(_is_rude_part(part) for part in parts)


def _is_rude_part(word: str) -> bool:
    if word.isascii():
        return _PHONETIC_WORD.match(_DOUBLED.sub(r"\1", word)) is not None or _ENGLISH_DOUBLES.match(word) is not None
    if _FOREIGN_CYRILLIC.search(word):
        return False
    if _PLATE.match(word):
        return False
    alike = word.translate(_LOOKALIKES)
    return any(
        _RUDE.match(form) or _BITCH.match(form) or _WET.match(alike) for form in {_DOUBLED.sub(r"\1", alike), alike}
    )


def _is_meant_otherwise(word: str, text: str) -> bool:
    """Tell whether the word is a branch of a tree, a dog, a louse or cattle by what else the text is about."""
    letters = word.translate(_LOOKALIKES)
    return any(
        kind.match(letters) and any(context.search(text) for context in contexts) for kind, contexts in _CONTEXTS
    )


def _is_anonymous(text: str, token: re.Match[str]) -> bool:
    """Tell whether it is a name that somebody has hidden: a capital letter and stars."""
    return text[token.start()].isupper() and set(token[0][1:]) == {"*"}


def _is_place(text: str, start: int, word: str) -> bool:
    """Tell whether it is the name of a village, a river or a street, which are called as they are."""
    if not text[start].isupper():
        return False
    if _ENDS_LIKE_A_PLACE.search(word) and text[:start].rstrip()[-1:] not in _SENTENCE_ENDS:
        return True
    return (
        text[start].isupper()
        and not text[start + 1 : start + 2].isupper()
        and _BEFORE_PLACE.search(text, max(0, start - 25), start) is not None
    )


def _is_masked_rude(word: str) -> bool:
    """Tell whether a word with stars, dots or dashes in the place of letters, or between them, is a rude one."""
    joined = _SEPARATORS.sub("", word).replace("*", "")
    if joined.translate(_LOOKALIKES) in _FORM_SET and not joined.isascii():
        return True
    if _is_short_mask(word):
        return True
    pieces = _MASK.split(word)
    letters = sum(map(len, pieces))
    if (
        letters < 2
        or (letters < 3 and not _BOLD_MASK.search(word))
        or not all(piece == "" or piece.isalnum() for piece in pieces)
    ):
        return False
    alike = [re.escape(piece.translate(_LOOKALIKES)) for piece in pieces]
    holes = [len(mask) for mask in _MASK.findall(word)]
    pattern = alike[0] + "".join(
        f"[а-я]{{1,{max(1, hole) + 1}}}{piece}" for hole, piece in zip(holes, alike[1:], strict=True)
    )
    return re.search(rf"^{pattern}$", _FORMS, re.MULTILINE) is not None


def _is_short_mask(word: str) -> bool:
    """Tell whether it is one letter and stars: «х**», «п***»."""
    return len(word) > 2 and word[0] in _SHORT_MASKS and set(word[1:]) == {"*"}


def _spells_rude(parted: str) -> bool:
    letters = _SEPARATORS.sub("", parted).replace("*", "").translate(_LOOKALIKES)
    ends = len(letters), len(letters) - 1  # a word of one letter may stand before it or after it: «и», «а», «я»
    return any(
        form[start:end] in _FORM_SET
        for form in (letters, _DOUBLED.sub(r"\1", letters))
        for start in (0, 1)
        for end in ends
        if end - start > 2
    )
