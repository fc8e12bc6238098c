"""Kinds of file: told by their first bytes, whatever they are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.attachment import HEAD_BYTES, FileType, draw_attachment_id, sniff, thumbnail_key
from tests.pictures import animation, camera_heic, camera_jpeg, camera_png, camera_webp, encoded, quarters
from tests.properties import many

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"


@pytest.mark.parametrize(
    ("file", "type"),
    [
        (camera_jpeg(), FileType.JPEG),
        (encoded(quarters(), "JPEG"), FileType.JPEG),
        (camera_png(), FileType.PNG),
        (animation("PNG"), FileType.PNG),
        (camera_webp(), FileType.WEBP),
        (encoded(quarters(), "WEBP", lossless=True), FileType.WEBP),
        (camera_heic(), FileType.HEIC),
        (PDF, FileType.PDF),
    ],
)
def test_a_kind_is_told_by_the_first_bytes(file: bytes, type: FileType) -> None:
    assert sniff(file[:HEAD_BYTES]) is type


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff\xd8",
        b"\x89PNG\n",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"RIFF",
        b"GIF89a\x01\x00\x01\x00",
        b"BM\x36\x00\x00\x00",
        b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00",
        b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00",
        b"PK\x03\x04\x14\x00\x00\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"#!/bin/sh\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<!doctype html><script>",
        b" %PDF-1.7",
        b"%!PS-Adobe",
        b"II*\x00\x08\x00\x00\x00",
    ],
)
def test_other_kinds_are_not_taken(head: bytes) -> None:
    assert sniff(head) is None


@many
@given(st.binary(max_size=HEAD_BYTES))
def test_nonsense_never_raises(head: bytes) -> None:
    assert sniff(head) is None or sniff(head) in FileType


def test_only_pictures_are_shown_as_pictures() -> None:
    assert [type for type in FileType if not type.is_image] == [FileType.PDF]


def test_an_id_cannot_be_guessed_and_stands_in_an_address_as_it_is() -> None:
    ids = {draw_attachment_id() for _ in range(200)}
    assert len(ids) == 200
    # 24 characters of 6 bits; 128 is what an unguessable name needs.
    assert all(
        len(id) == 24 and set(id) <= set("-_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        for id in ids
    )


def test_a_thumbnail_never_takes_the_place_of_a_file() -> None:
    assert thumbnail_key(draw_attachment_id()).count(".") == 1  # no id holds a dot
