"""Other people's personal data, and numbers of documents that nobody should publish.

What is the resident's own is no fault, nor what is that of a child or a parent cared for; nor are officials in their
office, services' telephones, and numbers that lead to no person: of accounts, cases, bodies, land.
"""

import re
from collections.abc import Iterator

from gateway.domain.personal_data import CAPITALISED, FIRST_NAME, PATRONYMIC, ROLE, SURNAME_END
from gateway.reading.sentences import sentences

_PASSPORT = re.compile(
    (
        r"(?:паспорт|сери[яию]|passport)[^\d\n]{0,60}(?P<number>\d{2}\s?\d{2}[\s,;:-]*(?:(?:№|номер|н\b|n\b|"
        r"no\b)\s*)?\d{3}\s?\d{3})(?!\d)"
        r"|(?<![\d-])(?P<bare>\d{2}\s\d{2}\s(?:№\s?)?\d{3}\s?\d{3}|\d{4}\s?№\s?\d{3}\s?\d{3})(?!\d)"
    ),
    re.IGNORECASE,
)
_DOCUMENT = re.compile(
    (
        r"(?:военн\w+\s+билет|удостоверени\w+|свидетельств\w+|(?:загран)?паспорт\w*|права|"
        r"омс)[^\d\n]{0,25}?(?P<number>(?:[IVX]{1,4}[\s-]*)?(?:[А-ЯA-Z]{2}[\s-]*(?:№\s*)?\d{6,7}|\d{16}|"
        r"\d{2}\s\d{2}\s\d{6}))(?!\d)"
    ),
    re.IGNORECASE,
)
_SNILS = re.compile(r"(?<![\d-])\d{3}(?:[-–—.\s]?\d){8}(?![\d-])")
_CARD = re.compile(r"(?<![\d-])[2-6]\d{3}([\s.-]?)\d{4}\1\d{4}\1\d{4,7}(?![\d-])")
_PHONE = re.compile(
    r"(?<![\w+-])(?P<long>(?:\+?7|8)[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}|"
    r"\(?9\d{2}\)?[\s-]*\d{3}[\s-]*\d{2}[\s-]*\d{2})(?![\d-])"
    r"|(?<![\w-])\d{2,3}-\d{2}-\d{2}(?![\d-])"
)
_CITY = re.compile(r"(?:\+?7|8)\D{0,3}800")

_KIN = (
    r"(?:сын\w*|доч\w*|реб[её]н\w*|дет[иея]\w*|мам\w*|пап[аеуы]\w*|мат(?:ь|ери|ерью)|отец|отц\w*|родител\w*|"
    r"бабушк\w*|дедушк\w*|внук\w*|внучк\w*|подопечн\w*|опекаем\w*|инвалид\w* детств\w*)"
)
_OWN = re.compile(
    (
        rf"(?<!\w)(?:я|мне|меня|мной|мо(?:й|я|ё|е|и|его|ей|ему|им|ими|их|ю)(?!\s+(?:\w+\s+)?(?:сосед|знаком|"
        rf"подруг|друг|коллег|началь|врач|бывш|муж|жен[аеуы]|брат|сестр|т[её]щ|свекр|дяд|т[её]т|двоюр))|"
        rf"сво(?:й|я|ё|е|и|его|ей|ему|им|ими|их|ю)|заявител\w*|обратная связь|для связи|связаться со мной|"
        rf"перезвоните|контактный|с уважением|my|(?:наш\w*|у)\s{_KIN}|{_KIN}(?=\s*$|\s+(?:мо|наш)\w+\s*$|"
        rf",\s*$))(?!\w)"
    ),
    re.IGNORECASE,
)
_OTHER = re.compile(
    (
        r"(?<!\w)(?:сосед\w*|соседк\w*|его|её|ее|их|ему|ней|него|неё|нарушител\w*|хозя\w+|владел\w+|"
        r"собственник\w*|должник\w*|виновник\w*|знаком\w+|подруг\w*|друг(?:а|у|ом)?|"
        r"коллег\w*|квартирант\w*|арендатор\w*|жилец|жильц\w*|жиличк\w*|гражданин\w*|гражданк\w*|мужчин\w+|"
        r"женщин\w+|брат\w*|сестр\w*|бывш\w+|мошенник\w*|"
        r"т[её]щ\w+|свекр\w+|т[её]т[яюи]\w*|дяд\w+|прохож\w+|водител\w*|алкоголик\w*|наркоман\w*|пьяниц\w*|одноклассни\w+|"
        r"старушк\w*|пенсионерк\w*|her|his|their|neighbou?r\w*)(?!\w)"
    ),
    re.IGNORECASE,
)
_OFFICE = re.compile(
    (
        r"(?<!\w)(?:диспетчер\w*|аварийн\w+|администрац\w*|регистратур\w*|горяч\w+ лини\w+|при[её]мн\w+|"
        r"дежурн\w+|секретар\w*|мфц|жэу|жэк\w*|жкх|ук|тсж|поликлиник\w*|больниц\w*|школ\w*|управляющ\w+|"
        rf"офис\w*|организаци\w+|фирм\w+|магазин\w*|компани\w+|телефон доверия|служб\w+|{ROLE}|глав[аеуы]|мэр\w*|"
        rf"судь\w+|пристав\w*|полици\w+|лесничеств\w*|такси|автосервис\w*|ооо|ип)(?!\w)"
    ),
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    (
        r"(?:л/с|лс|лицев\w+|сч[её]т\w*|договор\w*|обращени\w+|заявк\w+|заявлени\w+|кадастр\w*|инн|кпп|огрн\w*|"
        r"бик|окпо|октмо|трек\w*|накладн\w+|imei|заказ\w*|дел[оауе]|квитанци\w+|уин|чек\w*|штрих\w*|"
        r"отправлени\w+|координат\w*|протокол\w*|постановлени\w+|исполнительн\w+)\W{0,4}(?:№|номер\w*|"
        r"no?)?\W{0,4}$"
    ),
    re.IGNORECASE,
)
_LABELLED_SNILS = re.compile(r"(?:снилс|страхов\w+\s+(?:номер\w*|№|свидетельств\w+))\D{0,25}$", re.IGNORECASE)

_FULL_NAME = re.compile(
    rf"\b(?:{CAPITALISED}\s+){{1,2}}{PATRONYMIC}\b(?:\s+[А-ЯЁ][а-яё]+{SURNAME_END}\b)?"
    rf"|\b[а-яё]+{SURNAME_END}\s+[а-яё]{{3,}}\s+{PATRONYMIC}\b"
    rf"|\b[А-ЯЁ][а-яё]+{SURNAME_END}\s+{FIRST_NAME}|\b{FIRST_NAME}\s+[А-ЯЁ][а-яё]+{SURNAME_END}\b"
    rf"|\b[А-ЯЁ][а-яё]+{SURNAME_END}\s+[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.)?|"
    rf"\b[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.\s?)?[А-ЯЁ][а-яё]+{SURNAME_END}\b|"
    rf"\b[А-ЯЁ][а-яё]+{SURNAME_END}\s+[А-ЯЁ]\s[А-ЯЁ]\b|"
    rf"(?:(?<=осед )|(?<=оседка )|(?<=абка )|(?<=ужик )|(?<=ётка )|(?<=жданин )|(?<=жданка )|(?<=лкаш )|(?<=емья ))"
    rf"[А-ЯЁ][а-яё]+(?:{SURNAME_END}|ых)\b"
)
_MAY_NAME = re.compile(r"ви?ч|[вичн]н[аыуео]|[А-ЯЁа-яё][а-яё]+ [А-ЯЁ]")
_HOME = re.compile(
    (
        r"(?<!\w)(?:кв\.?\s*№?\s*\d|кварт\w*\s*№?\s*\d|\d+[\s-]*(?:й|ой|я|ей)?\s+кварт|прожива\w+|прож\.|прописан\w*|"
        r"зарегистрирован\w* по|жив[её]т|домашн\w+ адрес|адрес\w*:?\s|(?:имеет|есть|его|её|ее)\s+дом\s|"
        r"дом\w*\s+\d|[а-яё]{2,}(?:ая|ой|ина|ова|ева),?\s+\d{1,3}(?:[\s-]+\d{1,4})?(?!\d)|"
        r"(?-i:[А-ЯЁ][а-яё]{2,}),?\s+\d{1,3}[а-я]?\s?-\s?\d{1,4}(?!\d)|"
        r"ул\.?\s|улиц\w+\s|"
        r"комнат\w+\s*\d)"
    ),
    re.IGNORECASE,
)
_LIVES = re.compile(
    r"(?<!\w)(?:кв\.?\s*№?\s*\d|кварт\w*\s*№?\s*\d|прожива\w+|прож\.|прописан\w*|жив[её]т\s+(?:в|на|по))", re.IGNORECASE
)
_ILL = re.compile(
    (
        r"(?<!\w)(?:диагноз\w*|псих(?!олог)\w+|шизофрени\w*|вич(?!\w)|спид(?:ом|а)?(?!\w)|туберкул[её]з\w*|онкологи\w*|рак(?:ом|"
        r"а)?\s|наркоман\w*|наркологи\w*|алкоголи\w*|эпилепси\w*|гепатит\w*|беременн\w*|"
        r"диабет\w*|сифилис\w*|инсульт\w*|инфаркт\w*|деменци\w*|боле(?:ет|н)(?!\w)|больн[аы]\w*|инвалид\w*|аутизм\w*|дцп|"
        r"состоит на уч[её]те|стоит на уч[её]те|судим\w*)"
    ),
    re.IGNORECASE,
)
_OF_PLACE = re.compile(
    r"(?:ул|улиц\w+|им|имени|пр|проспект\w*|переул\w+|площад\w+|памятник\w*|геро\w+|бульвар\w*)\.?\s*$",
    re.IGNORECASE,
)
_AFTER_NAME = re.compile(r"\s+(?:улиц|проспект|переул|бульвар)|,?\s*(?:д\.?|дом)?\s*\d{1,3}(?!\d)", re.IGNORECASE)
_SAYS_SELF = re.compile(
    r"(?<!\w)(?:я|от|меня зовут|зовут меня|фио|мы|заявител\w*|с уважением|подпись|прошу|обращается)[\s,:—-]*$",
    re.IGNORECASE,
)
_ADDRESS_WORDS = re.compile(
    r"(?<!\w)(?:ул|улиц[аы]|дом|д|кв|квартира|тел|телефон|адрес|г|город|пос|село|с|мкр|микрорайон|корп|"
    r"корпус|к|пр|проспект|пер|обл|область|р-н|район|подъезд|эл|почта|моб)(?!\w)"
)
_SAYS_MORE = re.compile(r"(?<!\w)[а-яё]{2,}")
_OWN_DOCUMENT = re.compile(
    (
        rf"(?<!\w)(?:мо(?:й|я|ё|е|его|ей|ему|им|ю)|my|{_KIN})(?!\w)(?!\s+(?:\w+\s+)?(?:сосед|знаком|подруг|друг|"
        rf"коллег|начал|бывш|муж|жен|брат|сестр))[^.!?]{{0,40}}$"
    ),
    re.IGNORECASE,
)
_DOES = re.compile(
    (
        r"[^.!?]{0,60}?(?<!\w)(?:жив[её]т|боле(?:ет|н|ла?)|больн[аы]|состоит|сда[её]т|пь[её]т|был[аи]?\s+судим|"
        r"беременн\w+|получает|шумит|зат[оа]пил\w*|заливает|кидает\w*|буянит|да[её]т|хранит|держит|ворует|дер[её]тся|кормит|"
        r"включает|курит|пьянствует|скандалит|избивает|выбрасывает|бросает|сверлит|стучит|торгует|мусорит|уклоняется|нарушает)(?!\w)"
    ),
    re.IGNORECASE,
)
"""What is said of somebody else, never of oneself."""
_IS_ILL = re.compile(r"[\s,—-]{1,3}(?:сам\w?\s)?(?:боле(?:ет|н)|больна)(?!\w)", re.IGNORECASE)
_IS_MINE = re.compile(r"[\s,(—-]*(?:это\s+)?(?:мой|моя|мо[её])(?!\w)", re.IGNORECASE)
_NEAR, _AFTER = 110, 40


def find_personal(text: str) -> Iterator[tuple[int, int]]:
    """Yield where other people's data and numbers of documents begin and end."""
    if any(map(str.isdigit, text)):
        yield from _documents(text)
        yield from _snils(text)
        yield from _cards(text)
        yield from _phones(text)
    yield from _people(text)


def _documents(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_PASSPORT, _DOCUMENT):
        for found in pattern.finditer(text):
            span = found.span("number" if found["number"] else "bare")
            if not _leads_to_no_person(text, span[0]) and not _is_own_document(text, *span):
                yield span


def _is_own_document(text: str, start: int, end: int) -> bool:
    """Tell whether it is said right before the number, or right after it, whose it is."""
    return _OWN_DOCUMENT.search(text, max(0, start - 45), start) is not None or _IS_MINE.match(text, end) is not None


def _snils(text: str) -> Iterator[tuple[int, int]]:
    for found in _SNILS.finditer(text):
        is_told = _LABELLED_SNILS.search(text, max(0, found.start() - 40), found.start()) is not None
        if not is_snils(found[0]) or not (is_told or "-" in found[0] or " " in found[0]):
            continue
        if (is_told or not _leads_to_no_person(text, found.start())) and not _is_own_document(text, *found.span()):
            yield found.span()


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for found in _CARD.finditer(text):
        if (
            is_card(found[0])
            and not _leads_to_no_person(text, found.start())
            and not _is_own_document(text, *found.span())
        ):
            yield found.span()


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for found in _PHONE.finditer(text):
        if _CITY.match(found[0]) or _leads_to_no_person(text, found.start()):
            continue
        if _is_private(text, *found.span()) or _whose(text, *found.span()) == "other":
            yield found.span()


def _is_private(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 80) : end + 100]
    return re.search(r"(?<!\w)(?:его|её|ее|их)\s+(?:личн\w+|домашн\w+|мобильн\w+)", around, re.IGNORECASE) is not None


def _people(text: str) -> Iterator[tuple[int, int]]:
    if not _MAY_NAME.search(text) or not (_HOME.search(text) or _ILL.search(text)):
        return
    spans = list(sentences(text))
    for found in _FULL_NAME.finditer(text):
        here = next((span for span in spans if span[0] <= found.start() < span[1]), (0, len(text)))
        if _is_told_of(text, found.span(), here) and _is_somebody(text, *found.span()):
            yield found.span()


def _is_told_of(text: str, name: tuple[int, int], sentence: tuple[int, int]) -> bool:
    start, end = max(sentence[0], name[0] - _NEAR), min(sentence[1], name[1] + _NEAR)
    around = text[start : name[0]] + " … " + text[name[1] : end]
    return bool(_HOME.search(around) or _ILL.search(around))


def _is_somebody(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _NEAR) : start]
    if _OF_PLACE.search(before) or _AFTER_NAME.match(text, end) or _SAYS_SELF.search(before):
        return False
    if _LIVES.match(text[end : end + 20].lstrip(" ,—-")) and "живёт" in text[end : end + 20]:
        return True
    if not text[:start].strip() or _is_signature(text, start, end):  # how a letter begins or ends
        return _whose(text, start, end) == "other" or _DOES.match(text, end) is not None
    if _is_office(before[-45:]):
        return _LIVES.search(text, end, min(len(text), end + _NEAR)) is not None or _IS_ILL.match(text, end) is not None
    return _whose(text, start, end) != "own"


def _is_signature(text: str, start: int, end: int) -> bool:
    """Tell whether a name begins a sentence and only an address and numbers follow it, to the end."""
    rest, before = text[end : end + 120], text[:start].rstrip()
    is_begun = not before or before[-1] in ".!?…\n" or "\n" in text[len(before) : start]
    return is_begun and len(text) - end < 120 and not _SAYS_MORE.search(_ADDRESS_WORDS.sub(" ", rest))


def _is_office(before: str) -> bool:
    return any(not _OTHER.match(found[0]) for found in _OFFICE.finditer(before))


def _whose(text: str, start: int, end: int) -> str:
    """Tell whose it seems to be by the nearest word that says so, before it first: own, other, office or nobody's."""
    before = text[max(0, start - _NEAR) : start]
    marks = [
        (found.start(), whose)
        for whose, pattern in (("own", _OWN), ("office", _OFFICE), ("other", _OTHER))
        for found in pattern.finditer(before)
    ]
    if marks:
        return max(marks)[1]
    after = text[end : end + _AFTER]
    if _IS_MINE.match(after):
        return "own"
    named = _FULL_NAME.search(before[-60:]) if _MAY_NAME.search(before[-60:]) else None
    if named and not _SAYS_SELF.search(before[-60:][: named.start()]) and len(text) - end > 15:
        return "other"
    return ""


def _leads_to_no_person(text: str, start: int) -> bool:
    return _NO_PERSON.search(text, max(0, start - 40), start) is not None


def is_snils(written: str) -> bool:
    """Tell whether these are 11 digits whose last two check the first nine (Постановление Правления ПФР № 192п)."""
    digits = [int(sign) for sign in written if sign.isdigit()]
    if len(digits) != 11:
        return False
    weighed = sum(weight * digit for weight, digit in zip(range(9, 0, -1), digits[:9], strict=True)) % 101
    return weighed % 100 == digits[9] * 10 + digits[10]


def is_card(written: str) -> bool:
    """Tell whether these are 16 to 19 digits that the last one checks (ISO/IEC 7812-1, Luhn)."""
    digits = [int(sign) for sign in reversed(written) if sign.isdigit()]
    if not 16 <= len(digits) <= 19 or len(set(digits)) < 2:
        return False
    return sum(digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits)) % 10 == 0
