"""Signature V3 (help.aliyun.com, "V3版本请求体&签名机制")."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

ALGORITHM = "ACS3-HMAC-SHA256"


def canonical_query(values: Mapping[str, str]) -> str:
    """Sorted and encoded by RFC 3986; what is signed is what is sent."""
    return "&".join(f"{_encoded(name)}={_encoded(values[name])}" for name in sorted(values))


def authorization(
    *, key_id: str, key_secret: str, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> str:
    """Of all given headers, whose names are in lower case and hold x-acs-content-sha256."""
    names = sorted(headers)
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    signed = ";".join(names)
    canonical = "\n".join((method, path, query, lines, signed, digest(body)))
    to_sign = f"{ALGORITHM}\n{digest(canonical.encode())}"
    signature = hmac.new(key_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id},SignedHeaders={signed},Signature={signature}"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
