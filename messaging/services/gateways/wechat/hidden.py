"""Messages that WeChat pushes hidden (安全模式): AES-256-CBC, and a signature that covers the body.

By developers.weixin.qq.com, "消息加解密说明": 16 random bytes, the length in 4, the message, the account's id; padded
to blocks of 32 bytes. The key is 43 characters of base64, and its first 16 bytes are the beginning of the chain.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from messaging.services.gateways.receipts import Forged, Malformed

CHAIN, RANDOM, LENGTH, BLOCK = 16, 16, 4, 32  # bytes


def opened(hidden: str, query: Mapping[str, str], *, token: str, aes_key: str, app_id: str) -> bytes:
    """Raises Forged for what is not signed, or is for another account; Malformed for what cannot be opened."""
    right = body_signature(token, query.get("timestamp", ""), query.get("nonce", ""), hidden)
    if not hmac.compare_digest(right.encode(), query.get("msg_signature", "").encode()):
        raise Forged
    try:
        plain = _decrypted(base64.b64decode(hidden, validate=True), base64.b64decode(f"{aes_key}="))
        begin = RANDOM + LENGTH
        end = begin + int.from_bytes(plain[RANDOM:begin], "big")
    except ValueError as error:
        raise Malformed from error
    if plain[end:] != app_id.encode():
        raise Forged
    return plain[begin:end]


def body_signature(token: str, timestamp: str, nonce: str, hidden: str) -> str:
    joined = "".join(sorted((token, timestamp, nonce, hidden)))
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()  # WeChat's choice


def _decrypted(hidden: bytes, key: bytes) -> bytes:
    """Raises ValueError."""
    opener = Cipher(AES(key), CBC(key[:CHAIN])).decryptor()
    padded = opener.update(hidden) + opener.finalize()
    padding = padded[-1] if padded else 0
    if not 1 <= padding <= BLOCK:
        raise ValueError
    return padded[:-padding]
