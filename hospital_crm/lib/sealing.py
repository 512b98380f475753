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
    key = hashlib.sha256(f"hash:{purpose}:{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
