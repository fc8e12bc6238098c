"""What rules do not find is guessed by how it is worded; a guess warns and never blocks."""

import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from gateway.adapters.learned_checks import read_checks, shipped_checks
from gateway.adapters.text_reader import TextReader
from gateway.adapters.topic_books import TopicBooks
from gateway.domain.agency import Agency, AgencyKey
from gateway.domain.appeal import Terms
from gateway.domain.fault import Danger, FaultKind

AGENCY = Agency(key=AgencyKey("demo"), name="Администрация города", legal_name="Администрация города")
READER = TextReader(TopicBooks(Path("nowhere"), Terms()))
SHIPPED = Path(str(files("gateway") / "data" / "checks.npz"))

WORDED_LIKE = {
    "Подъезд не моют с мая. Пусть ваш директор ходит теперь и оглядывается": FaultKind.THREAT,
    "Изготовим кухни и шкафы на заказ, скидка новосёлам, замер бесплатно": FaultKind.ADVERT,
    "сил больше нет терпеть это всё": FaultKind.NO_ESSENCE,
    "рщкщыщ дшыгнек вапыро лдж": FaultKind.UNREADABLE,
}
DANGEROUS = {
    "от плиты тянет газом, мутит, дома двое детей": Danger.GAS,
    "валит дым из окна на третьем этаже": Danger.FIRE,
    "провод оборвался и искрит на дорожке": Danger.WIRE,
    "хлещет кипяток из сорванной батареи, заливает соседей": Danger.FLOOD,
}
DECENT = [
    "Не горит фонарь у дома 3 по улице Мира",
    "Дорогу убили грузовики, требую отремонтировать, иначе пойду в прокуратуру",
    "Дело 2-1187/2023, пристав не снимает арест, долг погашен 12.03",
    "Ne gorit fonar vo dvore doma 5, ochen temno",
    "Соседка жалуется на дым от нашей бани, кто прав",
    "",
    "!!!",
]


@pytest.mark.parametrize("text", WORDED_LIKE)
async def test_what_is_worded_like_a_fault_is_a_guess(text: str) -> None:
    (fault,) = (await READER.read(AGENCY, text)).faults
    assert fault.kind == WORDED_LIKE[text]
    said = text[fault.start : fault.end]
    assert said == said.strip()
    assert "моют" not in said  # of two sentences, the one that threatens


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_is_worded_like_a_danger_is_one(text: str) -> None:
    assert shipped_checks().guess(text).danger is DANGEROUS[text]


@pytest.mark.parametrize("text", DECENT)
async def test_decent_texts_are_left_alone(text: str) -> None:
    reading = await READER.read(AGENCY, text)
    assert not any(fault.is_guess for fault in reading.faults)
    assert reading.danger is None


async def test_what_a_rule_finds_is_certain() -> None:
    (fault,) = (await READER.read(AGENCY, "Я вас всех найду и порежу за эту дорогу на Мира")).faults
    assert (fault.kind, fault.is_guess) == (FaultKind.THREAT, False)


def test_a_file_that_holds_no_checks_is_refused(tmp_path: Path) -> None:
    torn = tmp_path / "checks.npz"
    torn.write_bytes(SHIPPED.read_bytes()[:1000])
    with pytest.raises(ValueError, match=r"checks\.npz holds no checks"):
        read_checks(torn)
    np.savez(torn, format=np.array(99))
    with pytest.raises(ValueError, match=r"checks\.npz holds no checks"):
        read_checks(torn)
    shutil.copy(SHIPPED, torn)
    assert read_checks(torn).guess("валит дым из окна на третьем этаже").danger is Danger.FIRE


def test_any_length_is_read_within_bounds() -> None:
    assert shipped_checks().guess("Яма во дворе. " * 5_000).danger is None
    assert not shipped_checks().guess("а" * 20_000).faults
