"""Subresource Integrity: is a script the one that its tag names by a hash (https://www.w3.org/TR/SRI/, 3.3)?"""

import base64
import hashlib
import re

_STRENGTH = {"sha256": 0, "sha384": 1, "sha512": 2}
_HASH = re.compile(r"(sha256|sha384|sha512)-([A-Za-z0-9+/_-]+={0,2})(?:\?.*)?\Z")


def integrity_of(content: bytes) -> str:
    """Return what stands in the attribute `integrity` for this content."""
    return f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"


def is_intact(content: bytes, integrity: str) -> bool:
    """Tell whether a browser takes the content: any of the strongest hashes fits, or there is none it knows."""
    found = [match for word in integrity.split() if (match := _HASH.match(word))]
    if not found:
        return True
    strongest = max((match[1] for match in found), key=_STRENGTH.__getitem__)
    digest = base64.b64encode(hashlib.new(strongest, content).digest()).decode()
    hashes = (match[2].replace("-", "+").replace("_", "/") for match in found if match[1] == strongest)
    return any(digest == written for written in hashes)
