"""Short secrets that a row must carry, unreadable without SECRET_KEY."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class CannotBeOpened(Exception):
    """Sealed with another SECRET_KEY, for another purpose, too long ago, or not sealed at all."""


def seal(text: str, *, purpose: str) -> str:
    """Opens again only for the same purpose."""
    return _fernet(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str, seconds: int | None = None) -> str:
    """What was sealed, at most so many seconds ago.

    Raises CannotBeOpened.
    """
    try:
        return _fernet(purpose).decrypt(sealed.encode(), ttl=seconds).decode()
    except InvalidToken as error:
        raise CannotBeOpened from error


def _fernet(purpose: str) -> Fernet:
    digest = hashlib.sha256(f"{purpose}:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def keyed_hash(text: str, *, purpose: str) -> str:
    """64 hexadecimal digits, the same for the same text and purpose; without SECRET_KEY nobody can guess by them."""
    return _hash(text, purpose, settings.SECRET_KEY)


def keyed_hashes(text: str, *, purpose: str) -> list[str]:
    """By which it is found that was hashed now, or with a SECRET_KEY of before (SECRET_KEY_FALLBACKS)."""
    return [_hash(text, purpose, str(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _hash(text: str, purpose: str, secret: str) -> str:
    key = hashlib.sha256(f"hash:{purpose}:{secret}".encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
