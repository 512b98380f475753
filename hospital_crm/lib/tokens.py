"""Links for people without an account: for one purpose, to one row, until a day; short, and nothing can be read off.

A token holds the row's key, the version of such links and the last day, masked and signed: 24 letters, which a text
message can carry. Whoever has it may do the one thing that its purpose names, and nothing else.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

FIRST_DAY = date(2020, 1, 1)
KEY_BYTES, DAY_BYTES, VERSION_BYTES, SIGNATURE_BYTES = 5, 2, 2, 9  # 72 bits: nobody guesses one in its time
BODY_BYTES = KEY_BYTES + DAY_BYTES + VERSION_BYTES
LENGTH = (BODY_BYTES + SIGNATURE_BYTES) * 4 // 3


class ForgedToken(Exception):
    """It was not made here, or not for this purpose."""


@dataclass(frozen=True)
class Token:
    """`version` is compared with the one in force by whoever reads it: that is how links are revoked."""

    key: int
    version: int
    last_day: date


def make_token(purpose: str, token: Token) -> str:
    """Raises OverflowError for a key, version or day that has no room in it."""
    days = (token.last_day - FIRST_DAY).days
    body = b"".join(
        number.to_bytes(size, "big")
        for number, size in ((token.key, KEY_BYTES), (days, DAY_BYTES), (token.version, VERSION_BYTES))
    )
    signature = _signature(settings.SECRET_KEY, purpose, body)
    masked = _masked(settings.SECRET_KEY, purpose, signature, body)
    return base64.urlsafe_b64encode(signature + masked).decode()


def read_token(purpose: str, text: str) -> Token:
    """Also one that was signed with a SECRET_KEY of before (SECRET_KEY_FALLBACKS). Raises ForgedToken."""
    raw = _bytes(text)
    signature, masked = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    found = None
    for secret in map(str, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)):
        body = _masked(secret, purpose, signature, masked)
        if hmac.compare_digest(_signature(secret, purpose, body), signature):
            found = body
    if found is None:
        raise ForgedToken
    key, days = found[:KEY_BYTES], found[KEY_BYTES : KEY_BYTES + DAY_BYTES]
    version = found[KEY_BYTES + DAY_BYTES :]
    last_day = FIRST_DAY + timedelta(days=int.from_bytes(days, "big"))
    return Token(int.from_bytes(key, "big"), int.from_bytes(version, "big"), last_day)


def _bytes(text: str) -> bytes:
    if len(text) != LENGTH or not text.isascii():
        raise ForgedToken
    try:
        return base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ForgedToken from error


def _signature(secret: str, purpose: str, body: bytes) -> bytes:
    return hmac.digest(_key(secret, purpose, "sign"), body, "sha256")[:SIGNATURE_BYTES]


def _masked(secret: str, purpose: str, signature: bytes, body: bytes) -> bytes:
    """Back and forth: so that nobody counts the hospital's messages by the keys of two links."""
    mask = hmac.digest(_key(secret, purpose, "mask"), signature, "sha256")
    return bytes(one ^ other for one, other in zip(body, mask, strict=False))


def _key(secret: str, purpose: str, use: str) -> bytes:
    return hashlib.sha256(f"token:{use}:{purpose}:{secret}".encode()).digest()
