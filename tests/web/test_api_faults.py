"""What an agency would refuse, and emergencies, as the API tells them; what it refuses is taken nowhere."""

from typing import Any

import pytest

from gateway.actions.enter_agencies import EnterAgencies
from gateway.domain.fault import Danger, FaultKind
from tests.application import AGENCY, ServedGateway
from tests.web.api import codes_of, error_of, send

RUDE = "На улице Ленина, 5 яма, вы там охуели ждать до весны, вот телефон соседа 8 912 345-67-89"


async def read(gateway: ServedGateway, text: str, lang: str = "ru") -> dict[str, Any]:
    answer = await gateway.http.post("/api/v1/readings", params={"lang": lang}, json={"agency": AGENCY, "text": text})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def refuse(gateway: ServedGateway, kinds: str) -> None:
    enter = EnterAgencies(agencies=gateway.app.agencies, texts=gateway.app.texts)
    entered = await enter([(1, {"key": AGENCY, "refuses": kinds})])
    assert not entered.bad


async def test_warnings_mark_their_words_and_say_what_to_do(gateway: ServedGateway) -> None:
    rude, phone = (await read(gateway, RUDE))["warnings"]
    assert [warning["code"] for warning in (rude, phone)] == ["obscene", "personal"]
    assert RUDE[rude["start"] : rude["end"]] == "охуели"
    assert RUDE[phone["start"] : phone["end"]] == "8 912 345-67-89"
    assert "Замените" in rude["message"]
    assert not rude["blocks"]
    assert "ordinary words" in (await read(gateway, RUDE, "en"))["warnings"][0]["message"]


async def test_a_decent_text_has_neither_warnings_nor_an_emergency(gateway: ServedGateway) -> None:
    told = await read(gateway, "Отказались застраховать машину, хлебный магазин закрыт, весной был пожар")
    assert (told["warnings"], told["emergency"]) == ([], None)


async def test_an_emergency_names_its_numbers_first(gateway: ServedGateway) -> None:
    emergency = (await read(gateway, "В подъезде сильно пахнет газом"))["emergency"]
    assert (emergency["code"], emergency["numbers"]) == ("gas", ["112", "104"])
    assert "112 или 104" in emergency["message"]


@pytest.mark.parametrize("kind", FaultKind)
async def test_every_kind_may_be_refused(gateway: ServedGateway, kind: FaultKind) -> None:
    await refuse(gateway, kind.value)
    assert (await gateway.app.agencies.find(AGENCY)).refuses == {kind}


async def test_a_refused_fault_blocks_a_message_in_the_words_of_the_warning(gateway: ServedGateway) -> None:
    await send(gateway, text=RUDE)
    await refuse(gateway, "obscene")
    rude, phone = (await read(gateway, RUDE))["warnings"]
    assert (rude["blocks"], phone["blocks"]) == (True, False)
    answer = await gateway.http.post("/api/v1/appeals", json={"agency": AGENCY, "text": RUDE})
    assert codes_of(answer)["text"] == "obscene"
    assert error_of(answer, 422)["fields"]["text"]["message"] == rude["message"]
    await send(gateway, text=RUDE.replace("охуели", "заняты"))


async def test_the_page_shows_what_is_refused_before_anything_is_sent(gateway: ServedGateway) -> None:
    await refuse(gateway, "obscene")
    filled = {"text": RUDE, "place.address": "Ленина, 5", "contact.name": "Житель", "contact.email": "a@example.org"}
    page = await gateway.http.post(f"/f/{AGENCY}", files={}, data=filled | {"consent": "on", "action": "review"})
    assert page.status_code == 422
    assert "Замените бранные слова" in page.text


def test_every_danger_has_the_common_number_first() -> None:
    assert {danger.numbers[0] for danger in Danger} == {"112"}


async def test_what_is_only_guessed_never_blocks(gateway: ServedGateway) -> None:
    veiled = "Подъезд на Мира 5 не моют с мая. Пусть ваш директор ходит теперь и оглядывается"
    await refuse(gateway, "threat")
    (guess,) = (await read(gateway, veiled))["warnings"]
    assert (guess["code"], guess["blocks"]) == ("threat", False)
    await send(gateway, text=veiled)
