"""Signature TC3-HMAC-SHA256 (cloud.tencent.com, "签名方法 v3")."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

ALGORITHM = "TC3-HMAC-SHA256"
SERVICE = "sms"


def authorization(
    *, key_id: str, key: str, headers: Mapping[str, str], body: bytes, at: datetime, service: str = SERVICE
) -> str:
    """Of a POST to "/" with all given headers, whose names are in lower case."""
    day = at.astimezone(UTC).strftime("%Y-%m-%d")
    names = sorted(headers)
    lines = "".join(f"{name}:{headers[name].strip().lower()}\n" for name in names)
    signed = ";".join(names)
    canonical = "\n".join(("POST", "/", "", lines, signed, _digest(body)))
    scope = f"{day}/{service}/tc3_request"
    to_sign = "\n".join((ALGORITHM, str(int(at.timestamp())), scope, _digest(canonical.encode())))
    secret = f"TC3{key}".encode()
    for part in (day, service, "tc3_request"):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(secret, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={signed}, Signature={signature}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
