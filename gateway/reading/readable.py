"""Whether a text can be read at all, and whether it says what is the matter.

Few words are enough, in any language: «яма Ленина 5», «no hot water», «су юк» say it.
"""

import re
from functools import lru_cache
from itertools import pairwise

from gateway.reading.words import is_in_dictionary

_WORD = re.compile(r"[^\W\d_]+")
_ENCODED = re.compile(r"[A-Za-z0-9+/=_-]{24,}")
_SAME = re.compile(r"(\S)\1{5,}")
_CYRILLIC = re.compile(r"[а-яё]")
_RUSSIAN_ONLY = re.compile(r"[а-яё]+\Z")
_LATIN_ONLY = re.compile(r"[a-z]+\Z")
_VOWELS = frozenset("аеёиоуыэюяaeiouyäöüáéíóúәөү")
_ROWS = (
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "абвгдежзийклмн",
    "abcdefghijklmn",
)
_CLUSTER = re.compile(r"[бвгджзйклмнпрстфхцчшщъ]{7,}|[bcdfghjklmnpqrstvwxz]{6,}")
# Which letters follow which in Russian, each in at least one of 400 cases, counted over 30,000 messages of residents.
_FOLLOWING = (
    "а:бвгдежзйклмнпрстфхцчшщюя б:аеиклнорсухщъыя в:адеиклмнорстухшыья г:адеилнору д:авеиклмнопрстуцчъыья "
    "е:бвгдежзийклмнопрстухчшщ ж:абдеикноуэ з:абвдежиклмнортуыья и:абвгдежзийклмнопрстфхцчщюя й:бдклмностчшщ "
    "к:авдежилнорстуц л:абежиклносуыьюя м:абеиклмнопсуыя н:адеикностуыья о:бвгдежзийклмнопрстфхчшщя "
    "п:абеиклноруыя р:абвгдежикмнопрстухыья с:авдеиклмнопрстуфыья т:авеикнорсуыья у:абвгдежзйклмнпрстхчшщю "
    "ф:аеиортуф х:авеилнорсту ц:авеикоуы ч:аеикнтушь ш:авеиклноптуь щ:аеинуь ъ:ея ы:бвгдезйклмнпрстхшя "
    "ь:бвгдезикмностцшюя э:вклнпстф ю:бгджзклнрстцчшщю я:бвдежзклмнпрстхцчщюя "
)
_USUAL = frozenset(group[0] + letter for group in _FOLLOWING.split() for letter in group[2:])
_ODD_LATIN = re.compile(
    r"q[^u]|[jvxz][bcdfghjklmnpqrtvwxz]|[bcdfghklmnpqrstvwxz]j[bcdfghklmnpqrstvwxz]|[sdfghjkl]{5,}|"
    r"[kf][dvbgjx]|hj|wq|xc|cv|vb|zx|gh[jkd]|[dg]f"
)

# Words that say nothing by themselves: cries for help, feelings, greetings, whom one turns to. By the beginning of the
# word, so that every form counts, or whole.
_EMPTY_WORDS = frozenset(
    re.findall(
        r"\S+",
        "а без бы был была были было быть в вам вами вас ваш ваша ваше ваши вашего вашей вашему ваших вдруг весь во "
        "вот все всё всего всей всем всеми всех всю вся вы где да давно даже дай дайте два дела делам дело делу день "
        "для до доброго доброе добрый дня днях дней долго дома его ее её ей если есть еще ещё же за здесь зря и из "
        "или им их к как какая какие какое какой каких когда кого конец конечно которые кто куда ли либо лишь любой "
        "люди людей людям меня меры мер мне много может могут мог могли можно мой моя мое моё мои мы на над надо "
        "наконец нам нами нас наш наша наше наши нашего нашей нашем нашу не нет нету него нее неё ней нельзя ни "
        "нибудь никак никогда никому никто никого нигде ним них ничего но ну нужна нужно нужны о об обо один одна "
        "одни одно однако он она они оно опять от откуда очень перед по под пока пора после потом потому почему почти "
        "при про раз разве раньше с сам сама сами само свой своего свои своих себе себя сегодня сейчас сил сильно "
        "скоро скорее сколько слов слово со совсем стал стала стало стали станет так такая такие такое такой таки там "
        "те тем теперь то тогда тоже только том тот три тут ты у уж уже хватит хорошо хоть хотя чего чей чем через "
        "что чтоб чтобы чуть че чё эй эта эти это этим этих этого этой этом эту этот эх ох ах я ад утро утра вечер "
        "вечера год года лет время времени раза месяц месяцев неделя неделю недели недель час часа часов вещи вещь "
        "двор дворе город городе городу города район районе улица улице стране страна страны россия россии видите "
        "видит видим вид блин черт чёрт капец пипец жесть алло ало привет здрасте ау помощь помощи sos help please "
        "why what how when who where is are it its it's this that the a an i we you me us my our your do does don t "
        "something anything nothing terrible awful horrible shame outrage outrageous bad so very hello hi test to of "
        "in on at and or not no problem problems complaint complain urgent urgently need want can cannot anyone "
        "somebody someone everyone have be was for fix disgrace disgraceful everything everybody long hey thanks "
        "thank dear sir madam good morning day enough just going happening wrong here there always never again really "
        "im will would ярдәм итегез зинһар ",
    )
)
_EMPTY = re.compile(
    "|".join(
        re.findall(
            r"\S+",
            (
                "помо[гщж] спас[аеи] безобраз ужас кошмар позор беспредел возмут возмущ надоел достал(?:[аио]?$|"
                "и) доколе "
                "невозможн терпе терпен зачем сдела дела(?:ть|ет|ют|йте|ешь|ем|л) реш(?:и|а|ен) разбер разобр "
                "разбир примит "
                "принять принима приняти отреаг реаг обрат обращ прошу прос(?:и|ь|ят) пожал хо[чт](?:у|и|ет|ел) "
                "жал[оу] жалоб "
                "заяв[ил] вопрос проблем ситуац случ[аи] тем[аыу]$ сообщ пис(?:а|ь) пиш[уие] напи[сш] отве[тч] "
                "жду жд[её] "
                "здравств добр(?:ы|о) уважаем уважени спасибо благодар власт администрац мэр губернатор "
                "президент путин "
                "чиновник депутат глав[аыуе]$ главой начальни руководств правительств министр товарищ господ "
                "народ граждан "
                "жител челове никак всегда постоянн кажд долг[оа] плох хуж норм страш жутк дик(?:о|ий|ая) тяжел "
                "сложн стыд "
                "совест смотр вниман наве[дс] порядо?к работ живе[мт] живё[мт] живу жить жизн мест[ао] скаж "
                "говор быстр срочн "
                "важн тест(?:$|ов) позвон перезвон соседи?$ соседей$ прокурат приезж удал[ияь] отправил случайно "
                "ошиб надею реакци никакой зарплат получа кабинет налог плачу ноль зажрал наплева сид[ия]т "
                "перв(?:ый|ая)$ такая$ иначе это$ оставл незамедл немедл немедлен простому воз$ ныне$ прошл "
                "поможет прочита проверк(?:а|и)$ пробн прекрат устал задолба бесит какой-?т плева мучае мучен "
                "издева обид "
                "несправедл бардак бедлам нерв чушь бред$ неужел продолж законч буд(?:ет|ут|ем|ете)$ "
                "будь(?:те)?$ дать$ требу нуж(?:ен|на)$ заслуж кажет хвата треб начн начать письменн установлен "
                "срок обеща обещ жив(?:ой|ые|ых)$ пенсионер честн отработ никому внук бед[аыуе]?$ бедам отц[ау]$ "
                "устраив см$ фото$ фотографи консульт подска получ повторн рассмотр существ встреч ответств "
                "прям(?:ая|ую|ой)$ следи[мт]ь? вчера самое$ голос[ау]? приеха личн(?:ый|о|ого)$ прием при[её]м$ "
                "отношен внятн долж жизн пишет напоминани подпи[сш] коллективн посмотр послед выход(?:а|ите)$ "
                "толку? бесполезн безысход отчаян нищ[еи] старик сирот уж[её] чуд поддерж счаст[ьл] горе$ "
                "душ[аиу]?$ крик плач слез слёз богу? господи родн[ыо] прошло прост(?:о|ые|ая|ой)$ решён$ решен$ "
                "стран[аыуе]$ конкретн вмеша накаж найд[иу] виновн происход творит "
                "вытвор довол недовол обяз помн зна[юе] понят поним поня[лт] слыш слуш отзов откликн услыш "
                "отклик контрол "
                "хулиганств$ бездейств равнодуш безразлич халатн отпис справедлив закон(?:а|у|ом|ы)?$ нужд полож "
                "соверш пожаловать "
                "пожалу переста исправ повлия помог мучит сил$ а{3,} о{3,} "
            ),
        )
    )
)
_MOST_EMPTY = 60  # words; who writes more says something after all


_MARKUP = re.compile(r"<[^<>]{1,200}>|&#?\w{2,8};|https?://\S+|www\.\S+")


_MISREAD = re.compile(
    r"[РС][\u0080-\u00bf\u2010-\u203a\u0402-\u040f\u0452-\u045f°±µ·«»]|(?:%[0-9A-Fa-f]{2}){3,}|�{2,}|"
    r"[ÐÑ][\u0080-\u00bf]"
)
_LONGER_WORD = re.compile(r"[а-яё]{4,}")
_OTHER_CYRILLIC = re.compile(r"[\u0400\u0402-\u040f\u0450\u0452-\u052fIæӕ]")
_TURKIC = re.compile(r"(?:[лнтд]ар|[лт]ык|ынд[ае]|ларда|ндагы|м[ыа]й|ның|[гб]ыз|[гк]ан|[дт]ан|мас|сыз|рга|[лн]ы)\Z")
_LEAST_LOOKED_UP, _MOST_LOOKED_UP, _MOSTLY, _SOME = 4, 40, 0.8, 0.2
_MOST_MISREAD = 5
_SAMPLE = 1_500
"""Characters by whose words a text is judged: who writes on in words has begun in words."""


def is_unreadable(text: str) -> bool:
    """Tell whether nobody could read it: no letters, random ones, one again and again, encoded data."""
    if len(text) > 8 and _MARKUP.search(text) and not _WORD.search(_MARKUP.sub(" ", text)) and "<" in text:
        return True
    letters = sum(map(str.isalpha, text))
    if letters == 0:
        return bool(text.strip()) and not any(map(str.isdigit, text))
    visible = len("".join(text.split()))
    if letters * 5 < visible and letters < 12 and not any(map(str.isdigit, text)):
        return True
    if len(_MISREAD.findall(text)) >= _MOST_MISREAD or (text[:1] == "%" and _MISREAD.match(text)):
        return True
    return _is_repeated(text, letters, visible) or _is_encoded(text, visible) or _is_random(text) or _is_nonsense(text)


def _is_repeated(text: str, letters: int, visible: int) -> bool:
    kinds = sum(map(str.isalpha, set(text.lower())))
    if (letters >= 6 and kinds <= 2) or (letters >= 20 and kinds <= 5):
        return True
    same = sum(len(run[0]) for run in _SAME.finditer(text.lower()))
    if same * 2 > visible:
        return True
    words = _WORD.findall(text.lower())
    if len(words) >= 8 and sum(len(word) == 1 for word in words) * 10 >= len(words) * 9:
        return True
    return len(words) >= 6 and len(set(words)) == 1


def _is_encoded(text: str, visible: int) -> bool:
    encoded = [run[0] for run in _ENCODED.finditer(text) if _looks_encoded(run[0])]
    return sum(map(len, encoded)) * 2 > visible


def _looks_encoded(run: str) -> bool:
    kinds = (any(map(str.islower, run)), any(map(str.isupper, run)), any(map(str.isdigit, run)))
    return sum(kinds) >= 2 or "=" in run


def _is_random(text: str) -> bool:
    words = _WORD.findall(text.lower()[:_SAMPLE])
    long = [word for word in words if len(word) > 3]
    total = sum(map(len, words))
    random = [len(word) for word in long if _is_random_word(word)]
    return sum(random) * 5 > total * (2 if len(random) > 1 else 3)  # one may be a slip of the finger


def _is_nonsense(text: str) -> bool:
    """Tell whether hardly a word of it is Russian though its letters are; other languages have letters or endings."""
    words = _LONGER_WORD.findall(text[:_SAMPLE].lower())[:_MOST_LOOKED_UP]
    if len(words) < _LEAST_LOOKED_UP or _OTHER_CYRILLIC.search(text):
        return False
    if sum(_TURKIC.search(word) is not None for word in words) >= _SOME * len(words):
        return False
    return sum(not is_in_dictionary(word) for word in words) > _MOSTLY * len(words)


@lru_cache(maxsize=20_000)
def _is_random_word(word: str) -> bool:
    """Tell whether fingers rather than a head have made it; letters of other alphabets are somebody's language."""
    if not (_RUSSIAN_ONLY.match(word) or _LATIN_ONLY.match(word)):
        return len(word) > 45
    vowels = sum(letter in _VOWELS for letter in word)
    if vowels == 0 and len(word) > 4:
        return True
    if _is_along_a_row(word) or _CLUSTER.search(word) or len(word) > 45:
        return True
    if _CYRILLIC.search(word):
        pairs = [a + b for a, b in pairwise(word.replace("ё", "е"))]
        odd = sum(pair not in _USUAL and pair[0] != pair[1] for pair in pairs)
        return odd >= 2 and odd * (4 if len(pairs) > 5 else 2) >= len(pairs)
    odd = len(_ODD_LATIN.findall(word))
    return odd >= 2 or (len(word) >= 8 and vowels * 7 < len(word))


def _is_along_a_row(word: str) -> bool:
    """Tell whether most of it are neighbours on a keyboard: «фывапр», «asdfgh», «йцук»."""
    pairs = [a + b for a, b in pairwise(word)]
    near = sum(any(pair in row or pair[::-1] in row for row in _ROWS) for pair in pairs)
    return len(pairs) >= 3 and near >= 3 and near * 10 >= len(pairs) * 8


def has_no_essence(text: str) -> bool:
    """Tell whether nothing in the text says what is the matter: cries, greetings and feelings alone."""
    words = _WORD.findall(text.lower())
    if len(words) > _MOST_EMPTY:
        return False
    return all(word in _EMPTY_WORDS or _EMPTY.match(word) for word in words)
