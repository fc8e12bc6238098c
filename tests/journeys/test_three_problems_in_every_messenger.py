"""A lamp, the rubbish and a pension in one breath, as the product itself reads them: three appeals in every bot."""

import asyncio
from pathlib import Path

from tests.journeys.appeals import PHOTO
from tests.journeys.chats import PLATFORMS, Press, Say, Told, label
from tests.journeys.connected import connected

THREE = "Не горит фонарь на Ленина {house}, и неделю не вывозят мусор, и не пришла пенсия"
LAMP, WASTE, PENSION = "0107", "0603", "400303"
HOUSES = {channel: place for place, channel in enumerate(PLATFORMS, 5)}
"""Each resident lives elsewhere: nobody's lamp is another's."""


async def test_three_problems_in_one_breath_become_three_appeals(tmp_path: Path) -> None:
    async with connected(list(PLATFORMS), tmp_path) as world:
        world.gateway.app.warm()

        async def file(channel: str) -> None:
            house = HOUSES[channel]
            await world.chat(channel=channel).play(
                Say(THREE.format(house=house), photos=[PHOTO]),
                Told("несколько разных проблем (3)", "2. Неделю не вывозят мусор"),
                Press("chat.problems.apart"),
                Told("Тема: Не горит фонарь на дороге", f"Место: Ленина, {house}."),
                Told("Номер опоры?"),
                Press("chat.details.skip_all"),
                Told("Как вас зовут?"),
                Say("Анна Иванова"),
                Told("согласны ли вы"),
                Press("chat.consent.accept"),
                Told("Проверьте и отправьте", f"Место: Ленина, {house}", buttons=["chat.review.place"]),
                Press("chat.review.send"),
                Told("Отправлено! Номер"),
                Told("следующая проблема: «Неделю не вывозят мусор»", "останется: 1"),
                Told("фото"),
                Press(label("chat.files.same", count=1)),
                Told("С какого времени?"),
                Press("chat.button.skip"),
                Told("Где это?"),
                Press(label("chat.place.before", place=f"Ленина, {house}")),
                Told("Проверьте и отправьте", "Неделю не вывозят мусор", "Файлы: 1", "Анна Иванова"),
                Press("chat.review.send"),
                Told("Отправлено! Номер"),
                Told("следующая проблема: «Не пришла пенсия»", "Тема: Не пришла пенсия"),
                Press("chat.files.without"),
                Told("За какой период?"),
                Press("chat.button.skip"),
                Told("Проверьте и отправьте", "Описание: Не пришла пенсия"),
                Press("chat.review.send"),
                Told("Отправлено! Номер", buttons=["chat.menu.new_short"]),
            )

        await asyncio.gather(*map(file, PLATFORMS))
        await world.settle()
        assert world.gateway.app.cases is not None
        cases = [new for new, _ in await world.gateway.app.cases.list(agency=None, status=None, most=99)]
    told = sorted((new.topic_code or "", new.place.address if new.place else "", len(new.files)) for new in cases)
    heres = [f"Ленина, {house}" for house in HOUSES.values()]
    assert told == sorted(case for here in heres for case in [(LAMP, here, 1), (WASTE, here, 1), (PENSION, "", 0)])
