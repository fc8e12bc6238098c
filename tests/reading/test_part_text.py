"""A part of a text as a message of its own: what tied it to the others is gone, its own words stay."""

import pytest

from gateway.reading.part_text import as_message


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (" и неделю не вывозят мусор,", "Неделю не вывозят мусор"),
        ("\n2) а ещё не пришла пенсия;", "Не пришла пенсия"),
        ("— Также сломана лавка.", "Сломана лавка."),
        ("Ещё: дети падают", "Дети падают"),
        ("и", "И"),
        ("Ирония в том, что воды нет", "Ирония в том, что воды нет"),
        ("10 дней нет воды", "10 дней нет воды"),
        ("Номер дома 5", "Номер дома 5"),
        ("", ""),
    ],
)
def test_part_loses_what_tied_it_to_the_others(part: str, message: str) -> None:
    assert as_message(part) == message
