"""Names of files as residents gave them: kept where that is harmless."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.actions.attach import tidy_name
from gateway.domain.attachment import FileType
from tests.properties import any_text, many

SUFFIX = {
    ".jpg": FileType.JPEG,
    ".png": FileType.PNG,
    ".webp": FileType.WEBP,
    ".heic": FileType.HEIC,
    ".pdf": FileType.PDF,
}

# They turn a line round, so that «gpj.exe» reads «exe.jpg» (Unicode 16, section 23.2; UAX 9).
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("яма.jpg", "яма.jpg"),
        ("Яма на дороге (1).JPEG", "Яма на дороге (1).jpg"),
        ("IMG_0001.HEIC", "IMG_0001.jpg"),
        ("без суффикса", "без суффикса.jpg"),
        ("скан.2.jpg", "скан.2.jpg"),
        ("отчёт.exe", "отчёт.jpg"),
        ("yama.jpg.exe", "yama.jpg.jpg"),
        ("👍🏽.jpg", "👍🏽.jpg"),
        ("и\u0306од.jpg", "йод.jpg"),
    ],
)
def test_a_name_is_kept_and_its_suffix_tells_the_truth(given: str, kept: str) -> None:
    assert tidy_name(given, FileType.JPEG) == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/etc/passwd", "passwd.pdf"),
        ("../../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Public\\скан.pdf", "скан.pdf"),
        ("..\\..\\скан.pdf", "скан.pdf"),
        ("folder/скан.pdf", "скан.pdf"),
        ("folder/..\\скан.pdf", "скан.pdf"),
    ],
)
def test_folders_are_left_out(given: str, kept: str) -> None:
    assert tidy_name(given, FileType.PDF) == kept


@pytest.mark.parametrize("given", ["", ".", "..", "...", ".jpg", " ", "/", "\\", "\u202e", "\x00", " . "])
def test_what_names_nothing_gets_a_name(given: str) -> None:
    assert tidy_name(given, FileType.PNG) == "file.png"


@pytest.mark.parametrize("given", ["фото\x85.jpg", "фото\u061c.jpg", "фото\u2028.jpg"])
def test_other_characters_that_deceive_or_break_lines_are_left_out(given: str) -> None:
    assert is_harmless(tidy_name(given, FileType.JPEG))


@pytest.mark.parametrize("given", ["фото\u202egpj.exe", "фото\r\nSet-Cookie: a=b.jpg", "фото\x00.jpg"])
def test_characters_that_deceive_or_break_lines_are_left_out(given: str) -> None:
    assert is_harmless(tidy_name(given, FileType.JPEG))


def test_a_long_name_is_cut_before_its_suffix() -> None:
    kept = tidy_name("я" * 500 + ".jpg", FileType.JPEG)
    assert kept == "я" * 120 + ".jpg"


@many
@given(any_text, st.sampled_from(FileType))
def test_every_name_is_harmless_and_stays_as_it_is(given: str, kind: FileType) -> None:
    name = tidy_name(given, kind)
    stem, dot, suffix = name.rpartition(".")
    assert SUFFIX[dot + suffix] is kind
    assert stem
    assert len(stem) <= 120
    assert stem == stem.strip(" .")
    assert is_harmless(name)
    assert tidy_name(name, kind) == name


def is_harmless(name: str) -> bool:
    categories = {unicodedata.category(character) for character in name}
    return not categories & {"Cc", "Cs", "Zl", "Zp"} and not set(name) & (BIDI | set("/\\"))
