"""Appeals as residents write them: median length 240 characters, each with its own idempotency key."""

import json
import secrets

from tests.server import AGENCY

_SENTENCES = (
    "На проезжей части у нашего дома большая яма, машины объезжают её по встречной полосе.",
    "Писали в управляющую компанию ещё весной, обещали сделать, но до сих пор ничего не изменилось.",
    "После дождя яму не видно, вчера сосед пробил колесо, а дети ходят здесь в школу.",
)


def make_request(number: int) -> bytes:
    """Return a whole HTTP request with an appeal without files."""
    body = {
        "agency": AGENCY,
        "text": " ".join(_SENTENCES),
        "gist": "Яма на дороге",
        "topic": "0116",
        "place": {"address": f"г. N, ул. Садовая, {number % 200 + 1}", "lat": 55.75, "lon": 37.61},
        "contact": {"name": "Житель дома", "email": f"resident-{number}@example.org", "phone": "8 900 123-45-67"},
        "consent": True,
        "lang": "ru",
    }
    content = json.dumps(body, ensure_ascii=False).encode()
    head = (
        "POST /api/v1/appeals HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {secrets.token_urlsafe(16)}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
