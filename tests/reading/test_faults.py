"""What an agency would refuse is found in every dress, and nothing else is."""

import time

import pytest
from hypothesis import given

from gateway.domain.fault import FaultKind
from gateway.reading.faults import find_faults
from gateway.reading.personal import is_card, is_snils
from tests.properties import any_text, many

PLACED = "На улице Ленина, 5 яма. "


def marked(text: str, kind: FaultKind, own: tuple[str, ...] = ()) -> list[str]:
    return [text[fault.start : fault.end] for fault in find_faults(text, own) if fault.kind is kind]


@pytest.mark.parametrize(
    "word",
    [
        *(
            "нахуй",
            "хуёвая",
            "охуели",
            "пиздец",
            "заебали",
            "ебаный",
            "долбоёбы",
            "отъебитесь",
            "блядь",
            "мудаки",
            "пидорасы",
        ),
        *(
            "х*й",
            "х**ня",
            "п****ц",
            "бл@дь",
            "с*ка",
            "е**ный",
            "нах*й",
            "бл..ть",
            "п...здец",
            "х.у.й",
            "су-ка",
            "п и з д е ц",
            "с у к а",
        ),
        *(
            "xyй",
            "пи3дец",
            "3аебали",
            "сукаааа",
            "блллять",
            "ЗАЕБАЛИ",
            "blyat",
            "fuck",
            "говно",
            "мразь",
            "твари",
            "нахер",
        ),
    ],
)
def test_an_obscene_word_is_marked_whatever_it_wears(word: str) -> None:
    (found,) = marked(f"{PLACED}Сколько можно, {word}, ждать", FaultKind.OBSCENE)
    assert word in found


@pytest.mark.parametrize(
    "text",
    [
        "Отказались застраховать машину, страхуй сам. Хлебный магазин закрыт, лекарство нельзя употреблять",
        "Скипидар за три рубля, команда без колебания, улица Мандельштама, психующий кондуктор, не психуй",
        "Себе и тебе, небо, учёба, мебель, погреб, веб-сайт, объезд, подъезд, въезд, требует, ребёнок, Эбола",
        "Сухие суки на берёзе обрубить, сук упал; сука со щенками лежит у подъезда",
        "Хулиганы, худая труба, хутор, выхухоль; Херсонская и Блюхера; шухер",
        "Просрочка, сразу, посрамить, странный, срам; ссылка, рассада, оскорблять, дебильный, уродует",
        "г.Омск, д.5, и.о. главы, И*** П***, К** М***, пол-литра, ул.Сучкова, е643ух98",
        "На х. Весёлый не ходит автобус, деревня Ебалаково без дороги",
        "Мин сиңа ебәрәм, хуҗа кеше; Hyundai и Huawei",
    ],
)
def test_decent_words_with_rude_letters_inside_are_left_alone(text: str) -> None:
    assert marked(text, FaultKind.OBSCENE) == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Я вас убью",
            "сожгу вашу контору",
            "Приду с битой к вам",
            "переломаю вам ноги",
            "голову оторву этому директору",
        ),
        *(
            "вам не жить",
            "взорву вашу управу",
            "Набью морду мастеру",
            "я знаю, где ты живёшь",
            "ходите и оглядывайтесь",
        ),
        *("Мы вас закопаем", "возьму ружьё и приду", "вас найдут и убьют", "I'll kill you", "стёкла вам разобью"),
    ],
)
def test_a_threat_of_violence_is_marked(text: str) -> None:
    assert marked(PLACED + text, FaultKind.THREAT)


@pytest.mark.parametrize(
    "text",
    [
        *("дорога убитая, убиваем подвеску", "умру, пока дождусь", "нас убьют эти провода", "убью полдня в очереди"),
        *("ноги переломаем на этом льду", "скоро шею себе сверну на ступенях", "крыша рухнет и убьёт кого-нибудь"),
        *("сосед кричит: убью", "угрожает мне, говорит «я тебя зарежу»", "муж обещал, что убьёт", "сожгу калории"),
        *("уничтожу вас в суде", "разобью машину в этой яме", "конец улицы", "пусть глава придёт сам"),
    ],
)
def test_figures_fears_and_threats_of_others_are_no_threat(text: str) -> None:
    assert marked(PLACED + text, FaultKind.THREAT) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Паспорт соседа 45 08 123456, проверьте его", "45 08 123456"),
        ("СНИЛС 112-233-445 95 не принимают", "112-233-445 95"),
        ("С карты 4111 1111 1111 1111 сняли деньги", "4111 1111 1111 1111"),
        ("Телефон соседа 8 (912) 345-67-89, шумит", "8 (912) 345-67-89"),
        ("Сосед Петров Сергей Иванович из кв. 45 шумит ночью", "Петров Сергей Иванович"),
        ("соседка семенова тамара ильинична кв 56 льёт воду", "семенова тамара ильинична"),
        ("В подъезде у Козлова Ивана Петровича туберкулёз, он всех заражает", "Козлова Ивана Петровича"),
    ],
)
def test_other_peoples_data_are_marked(text: str, found: str) -> None:
    assert marked(text, FaultKind.PERSONAL) == [found]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "мой телефон 89123456789, звоните",
            "Контактный телефон 8-912-345-67-89",
            "паспорт моего сына 45 08 123456 потеряли",
        ),
        "Я, Петрова Анна Ивановна, ул. Ленина 5 кв 3, сижу без воды",
        "нет воды. Иванова Мария Петровна, ул. Ленина 5 кв. 3, 89123456789",
        "моей маме Ивановой Марии Петровне, ул. Ленина 5 кв 2, не дают лекарства, диабет",
        "врач Иванова Мария Петровна отказала больному, глава Петров Иван Иванович не отвечает",
        *(
            "8-800-555-35-35 не отвечает",
            "диспетчер 89123456789 не берёт трубку",
            "тел. 23-45-67 горячая линия",
            "вызывал 112",
        ),
        *(
            "лицевой счёт 4111111111111111",
            "кадастровый 66:41:0101001:123",
            "ИНН 7707083893",
            "координаты 55.030204, 82.920430",
        ),
        *("СНИЛС 112-233-445 96 не подходит", "дело № 2-1234/2024 от 12.05.2024", "номер обращения 4508 123456"),
        *("яма на улице Ивана Петровича Павлова, 5 кв. 3", "Юрия Гагарина 37, нет света в квартире"),
    ],
)
def test_own_data_offices_and_numbers_of_things_are_left_alone(text: str) -> None:
    assert marked(text, FaultKind.PERSONAL) == []


def test_check_digits_tell_a_number_of_insurance_and_of_a_card_from_any_other() -> None:
    assert is_snils("112-233-445 95")
    assert not is_snils("112-233-445 59")
    assert is_card("4111 1111 1111 1111")
    assert not is_card("4111 1111 1111 1112")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Смотрите https://vk.com/wall-1_2, там всё", "https://vk.com/wall-1_2"),
        ("фото на t.me/abc", "t.me/abc"),
        ("подробно на lenta.ru", "lenta.ru"),
        ("пишите в телеграм @kanal_x", "@kanal_x"),
        ("документы тут: www.disk.example/abc.", "www.disk.example/abc"),
    ],
)
def test_links_to_elsewhere_are_marked(text: str, found: str) -> None:
    assert marked(PLACED + text, FaultKind.LINKS) == [found]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "https://www.gosuslugi.ru/1 пишет ошибку",
            "на pos.gosuslugi.ru/form не открывается",
            "https://minzdrav.gov.ru/x",
        ),
        *(
            "https://www.adm.example/news старая",
            "на сайте rzd.ru не купить билет",
            "пишите на ivan@mail.ru",
            "мусор.Про это писали",
        ),
        *("г.Москва, ул.Ленина, д.5, т.е. центр", "12.05.2024 в 10.30"),
    ],
)
def test_the_states_sites_the_agencys_own_and_what_only_looks_alike_are_no_links(text: str) -> None:
    assert marked(PLACED + text, FaultKind.LINKS, own=("adm.example",)) == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Ремонтируем холодильники недорого, выезд бесплатно, звоните 555",
            "Окна ПВХ со скидкой 30%, закажите сейчас",
        ),
        *("Кредит без отказа! Переходите по ссылке", "Голосуйте за Иванова", "Все на митинг в субботу!"),
    ],
)
def test_advertising_and_agitation_are_marked(text: str) -> None:
    assert marked(text, FaultKind.ADVERT)


@pytest.mark.parametrize(
    "text",
    [
        "Весь подъезд обклеили: «кредит без отказа, звоните сейчас»",
        "Цены от 100 рублей выросли, скидки по карте нет",
        "Управляющая компания быстро и качественно починила кран, спасибо",
    ],
)
def test_who_complains_of_advertising_does_not_advertise(text: str) -> None:
    assert marked(text, FaultKind.ADVERT) == []


@pytest.mark.parametrize(
    "text",
    [
        *("фывапролд ывапро", "ааааааааааа", "😡😡😡", "asdfghjkl", ".....", "ывлоаырвлоар ваыврлаоы лоырвал"),
        *("SGVsbG8gd29ybGQgdGhpcyBpcyBhIHRlc3Q=", "sdfkjhsdf ksjdhfkjh wqrtp"),
        "шурпела мокрыть в лунтике, барокша нетю и вердало копы",
    ],
)
def test_what_nobody_can_read_is_unreadable_as_a_whole(text: str) -> None:
    assert [fault.kind for fault in find_faults(text)] == [FaultKind.UNREADABLE]
    assert marked(text, FaultKind.UNREADABLE) == [text]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "помогите",
            "безобразие",
            "почему так",
            "Здравствуйте! Помогите, пожалуйста",
            "Сколько можно терпеть!",
            "тест",
            "12345",
        ),
        *("Куда смотрит администрация? Сделайте что-нибудь!", "help me please", "Это просто ужас какой-то", "см. фото"),
    ],
)
def test_cries_and_greetings_alone_say_nothing(text: str) -> None:
    assert [fault.kind for fault in find_faults(text)] == [FaultKind.NO_ESSENCE]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "яма Ленина 5",
            "нет воды",
            "no hot water",
            "су юк",
            "холодно",
            "темно",
            "собаки",
            "шум",
            "Взгляд",
            "МКД ЖКХ ТСЖ",
        ),
        *(
            "Юлдызлар урамында яктырткыч янмый",
            "Почему не ходит автобус",
            "контрстратегия",
            "The lamp near my house is out",
        ),
        *(
            "Палка и писок убирите пожалуста со двара",
            "Авылда кар чистартмыйлар, балаларны автобус алмый",
            "Wasserrohrbruch im Keller",
            "Ямаааа на дороге",
            "самосвал",
            "решётка",
            "подъезд",
            "скорая",
            "такси",
            "кошка",
        ),
    ],
)
def test_few_words_in_any_language_say_enough(text: str) -> None:
    assert find_faults(text) == ()


def test_faults_stand_in_the_order_of_the_text() -> None:
    text = "Смотрите https://vk.com/x, блядь, телефон соседа 89123456789, я вас убью"
    found = [fault.kind for fault in find_faults(text)]
    assert found == [FaultKind.LINKS, FaultKind.OBSCENE, FaultKind.PERSONAL, FaultKind.THREAT]


@many
@given(any_text)
def test_whatever_is_written_faults_lie_within_it(written: str) -> None:
    assert all(0 <= fault.start < fault.end <= len(written) for fault in find_faults(written))


PIECES = [
    "а",
    "1",
    "ул. ",
    "Иванов ",
    "@",
    "х у й ",
    "a.",
    "***",
    "п*",
    "Иванова Мария ",
    "http://",
    "<",
    "вам ",
    "1-",
    "\n",
    "буду ",
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_long_text_takes_no_long_time(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    begun = time.perf_counter()
    find_faults(text)
    assert time.perf_counter() - begun < 1
