"""Links to elsewhere, advertising and agitation."""

import re
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

_TOP = (
    r"ru|рф|com|net|org|su|info|biz|me|io|online|site|shop|club|top|xyz|pro|tv|link|store|by|kz|ua|cc|co|app|"
    r"ly|gl|gg|"
    r"win|cash|money|bid|loan|date|ph|blog|рф|website|space|live|news|vip|bet|casino|fun|website|tech|page|"
    r"dev|ai|to|рус|онлайн|сайт|москва|дети|орг|ком"
)
_LINK = re.compile(
    (
        rf"(?P<whole>(?:https?|hxxps?|ftp|tg)://[^\s<>«»\"]+|(?<![\w.@])www\.[^\s<>«»\"]+)"
        rf"|"
        rf"(?<![\w.@/-])(?P<host>(?:[a-z0-9а-яё](?:[a-z0-9а-яё-]{{0,40}}[a-z0-9а-яё])?\.){{1,3}}(?:{_TOP}))(?![\w-])(?P<path>/[^\s<>«»\"]*)?"
        r"|(?<![\w.@/-])(?P<deep>[a-z0-9][a-z0-9-]{0,40}(?:\.[a-z0-9-]{1,40}){0,2}\.[a-z]{2,10})/[^\s<>«»\"/.]{2}"
        r"[^\s<>«»\"]*"
        r"|(?<![\w.@/-])(?P<spoken>[a-z0-9][a-z0-9-]*\s+(?:точка|тчк|dot)\s+[a-z]{2,10})(?![\w-])"
    ),
    re.IGNORECASE,
)
_SPOKEN_DOT = re.compile(r"\s+(?:точка|тчк|dot)\s+", re.IGNORECASE)
_CHANNEL = re.compile(r"(?<![\w.])@[a-z_][a-z0-9_.]{3,}", re.IGNORECASE)
_OF_CHANNEL = re.compile(
    (
        r"телеграм\w*|телег[аеу]|\bтг\b|канал\w*|подпис\w+|инстаграм\w*|инст[ае]\b|паблик\w*|бот\w?\b|пишите|"
        r"telegram|чат\w?\b|групп\w"
    ),
    re.IGNORECASE,
)
_MENTION = re.compile(
    (
        r"(?:сайт\w*|портал\w*|приложени\w+|почт\w+|домен\w*|сервис\w*|магазин\w*|site|"
        r"website)(?:\s+[а-яё]+){0,3}[\s\"«:(]*$"
    ),
    re.IGNORECASE,
)
_CALL = re.compile(
    (
        r"смотрите|читайте|почита|прочита|скача|подробн|собран|выложен|опубликован|лежит|лежат|переходи|заходи|"
        r"распростран|ссылк|сравни|подпис|видео|ролик|пост|group|read|see|visit"
    ),
    re.IGNORECASE,
)
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_NEVER_BARE = {
    "me",
    "to",
    "co",
    "ai",
    "link",
    "live",
    "news",
    "page",
    "pro",
    "fun",
    "app",
    "рус",
    "онлайн",
    "сайт",
    "москва",
    "дети",
    "орг",
    "ком",
    "space",
    "top",
    "store",
}

_QUOTED = re.compile(
    (
        r"клеят|(?:об|за|на)клеи|расклеил|расклеен|расклейк|смс|sms|рассыла|спам|мошенни|объявлен|реклам|"
        r"листовк|баннер|щит|"
        r"вывеск|звонят|звонил|навязыва|приходят|ссылк\w+ на|развод|обещали|агитац|агитир"
    ),
    re.IGNORECASE,
)
_ADVERT = (
    (3, r"(?:только|успей\w*|последн\w+)\s+(?:\w+\s+){0,2}(?:сегодня|до конца|сейчас|купить|заказать)"),
    (2, r"скидк\w+|акци[яи]\b|распродаж\w+|промокод\w*|бонус\w*\s+(?:за|при|каждому|новым|\d)|выигрыш\w*"),
    (
        2,
        (
            r"(?:звоните|обращайтесь|заказывайте|закажите|закажи|покупайте|купите|приобретайте|записывайтесь|"
            r"заходите|приходите|переходите|регистрируйтесь|подписывайтесь|подпишись|пишите в (?:личку|лс|директ|"
            r"whatsapp|вотсап|вацап|телеграм))\b"
        ),
    ),
    (
        2,
        (
            r"(?:предлага(?:ем|ю)|оказыва(?:ем|ю)|выполн(?:им|яем|ю|яю)|изготов(?:им|ляем)|установим|"
            r"устанавливаем|продаж[аеи]|требуются|требуется (?:сотрудник|работник|водитель|продав|помощ)\w*|"
            r"набираем|продам|продаём|продаем|сдам|сдаю|куплю|скупа(?:ем|ю)|выкупа(?:ем|ю)|ремонтируем|"
            r"доставляем|производим|приглашаем|осуществляем|поставляем)\b"
        ),
    ),
    (
        1,
        (
            r"недорого|дёшево|дешево|выгодно|качественно|быстро|гаранти[яиею]\w*|под ключ|любой сложности|"
            r"бесплатн\w+ (?:замер|выезд|консультац|доставк)\w*|оптом|низк\w+ цен\w+|цен[аы] от|от \d[\d ]* "
            r"?(?:руб|р\b|₽)|лучш\w+ цен\w+|опыт \w+ лет|без опыта|оплата (?:каждый день|ежедневно|сразу)|"
            r"при[её]м бесплатн\w+|бесплатн\w*|куб(?:ометр)?|в наличии|рассрочк\w+|круглосуточно|индивидуальн\w+ "
            r"подход"
        ),
    ),
    (
        3,
        (
            r"без отказ\w*|без справок|без вложени\w+|пассивн\w+ доход\w*|заработ(?:ок|ай|айте|"
            r"ка)\s+(?:\S+\s+){0,2}(?:в интернете|дома|на дому|онлайн|от \d)|удал[её]нн\w+ (?:работ|заработ)\w*|"
            r"казино|ставк[иа] на спорт|букмекер\w*|кредит под|депозит\w*|ясновидящ\w*|гадалк\w+|снин?му порчу|"
            r"сниму порчу|верну мужа|seo|продвижение (?:вашего )?(?:сайт|бизнес)\w*|займ\w*|микроза[йи]м\w*|"
            r"крипт\w+|инвестируй\w*|магическ\w+|приворот\w*|гадани\w+|снятие порчи|эскорт|интим|виагр\w+|"
            r"похуде\w+ за|диплом\w* (?:на заказ|недорого|купить)|курс\w+ (?:заработк|похуден)\w*|розыгрыш\w*"
        ),
    ),
    (
        2,
        (
            r"buy now|discount|click here|free trial|best price|order now|cheap|earn (?:money|\$)|casino|special "
            r"offer|visit our"
        ),
    ),
    (
        1,
        (
            r"(?:наш\w*\s+(?:компани|магазин|сайт|салон|фирм|услуг|студи|мастер|канал|групп|центр|"
            r"специалист)\w*)|\bооо\b|телефон|тел\.|доставк\w+|оплата|в личку|качеств\w+|профессиональн\w+"
        ),
    ),
)
_SIGNS = tuple((weight, re.compile(rf"(?<!\w)(?:{pattern})", re.IGNORECASE)) for weight, pattern in _ADVERT)
_ENOUGH = 4
_AGITATION = re.compile(
    (
        r"(?<!\w)(?:не\s+)?голосу(?:й|йте|ем)\s+(?:все\s+)?(?:за|против|на)\b|(?<!\w)(?:все|выходи\w*|приходи\w*|"
        r"айда|собира(?:емся|йтесь))\s+(?:\w+\s+){0,2}на\s+"
        r"(?:\w+\s+)?(?:митинг|площадь|улицы|пикет|шествие|протест\w*|баррикад\w+)|(?<!\w)долой\s|"
        r"(?<!\w)вступа(?:й|йте)\s+в\b|"
        r"(?<!\w)бойкот(?:ируй|ируйте|ируем)|(?<!\w)сверг(?:н[её]м|ай\w*|нуть)|(?<!\w)(?:максимальн\w+\s+репост|"
        r"репост\s+всем)\w*|(?<!\w)перекроем\s|(?<!\w)(?:перешл|распространи|разошл)(?:и|"
        r"ите)\s+(?:\w+\s+)?(?:всем|друзьям|знаком\w+)|"
        r"(?<!\w)подпи(?:ши|шите|сывай|сывайте)\w*\s+(?:\w+\s+)?петици\w+|"
        r"(?<!\w)поддержи(?:те)?\s+(?:\w+\s+){0,2}(?:кандидат\w*|парти[юи])|(?<!\w)вставайте(?!\w)|"
        r"(?<!\w)(?:наш|мой)\s+кандидат|(?<!\w)vote for\b|(?<!\w)(?:не\s+)?(?:ходите|идите|"
        r"приходите)\s+(?:\w+\s+)?на\s+выборы|(?<!\w)только\s+(?:\w+\s+)?парти[яи]\b"
    ),
    re.IGNORECASE,
)


def find_links(text: str, own: Collection[str] = ()) -> Iterator[tuple[int, int]]:
    """Yield where links begin and end; those to the state's sites and to `own` hosts are none."""
    for found in _LINK.finditer(text):
        if _is_outside(text, found, own):
            yield found.start(), found.start() + len(found[0].rstrip('.,;:!?)»"'))
    for found in _CHANNEL.finditer(text):
        if _OF_CHANNEL.search(text, max(0, found.start() - 50), found.start()):
            yield found.span()


def _is_outside(text: str, found: re.Match[str], own: Collection[str]) -> bool:
    if found["whole"]:
        return not _is_trusted(_host(found["whole"]), own)
    if found["deep"]:
        return not _is_trusted(found["deep"], own)
    if found["spoken"]:
        return not _is_trusted(_SPOKEN_DOT.sub(".", found["spoken"]), own)
    host, top = found["host"].lower(), found["host"].lower().rpartition(".")[2]
    if _is_trusted(host, own):
        return False
    if not found["path"]:
        names = host.rpartition(".")[0]
        is_typo = top in _NEVER_BARE or bool(_CYRILLIC.search(names)) != bool(_CYRILLIC.search(top))
        return not is_typo and not _is_mention(text, *found.span())
    return not (_CYRILLIC.search(host) and top != "рф")


def _is_mention(text: str, start: int, end: int) -> bool:
    """Tell whether a site is what it is about («на сайте rzd.ru не купить билет») and nobody is sent there."""
    is_named = _MENTION.search(text, max(0, start - 50), start) is not None
    return is_named and _CALL.search(text, max(0, start - 60), min(len(text), end + 40)) is None


def _host(link: str) -> str:
    try:
        return (urlsplit(link if "://" in link else f"http://{link}").hostname or "").rstrip(".,")
    except ValueError:  # brackets that are no address
        return ""


def _is_trusted(host: str, own: Collection[str]) -> bool:
    bare = host.lower().removeprefix("www.")
    labels = bare.split(".")
    if (
        bare in {"gosuslugi.ru", "госуслуги.рф"}
        or bare.endswith(".gosuslugi.ru")
        or (len(labels) > 1 and "gov" in labels[-3:-1])
    ):
        return True
    return any(bare == known or bare.endswith(f".{known}") for known in own)


def find_advert(text: str) -> Iterator[tuple[int, int]]:
    """Yield what is advertised or called to; who complains of somebody's advertising is not disturbed."""
    if _QUOTED.search(text):
        return
    found = [(weight, sign.span()) for weight, pattern in _SIGNS if (sign := pattern.search(text))]
    calls = [call.span() for call in _AGITATION.finditer(text)]
    if sum(weight for weight, _ in found) >= _ENOUGH:
        yield min(span[0] for _, span in found), max(span[1] for _, span in found)
    yield from calls
