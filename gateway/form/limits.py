"""How long, how many and how large answers may be; settings, with the platform's figures as defaults."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLimits:
    """Lengths in characters after trimming; `file_bytes` is the size of one file as uploaded."""

    text_min: int = 10
    text_max: int = 4_000
    gist_max: int = 120
    files_max: int = 10
    file_bytes: int = 10 * MEGABYTE
    address_max: int = 300
    detail_max: int = 200
    name_max: int = 150
    comment_max: int = 2_000
