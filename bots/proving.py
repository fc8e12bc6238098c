"""How a platform proves that a request is its own: by a secret that the page gave it and that it shows."""

import hashlib
import hmac

from pydantic import SecretStr


def made_secret(token: SecretStr | None, channel: str) -> str:
    """Return a secret for a page where none was chosen: whoever has not the token cannot make the same."""
    key = "" if token is None else token.get_secret_value()
    return hmac.new(key.encode(), f"otklik {channel} hook".encode(), hashlib.sha256).hexdigest()


def is_same(shown: str, expected: str) -> bool:
    """Tell whether it is that secret, in a time that does not tell how much of it is right."""
    return hmac.compare_digest(_bytes(shown), _bytes(expected))


def _bytes(text: str) -> bytes:
    """Return bytes to compare: headers and JSON may hold what is no UTF-8."""
    return text.encode("utf-8", "surrogatepass")
