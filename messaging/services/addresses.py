"""Where somebody is written to or rung, as it is known again without being kept: a keyed hash."""

from hospital_crm.lib.phones import NotAPhoneNumber, mask, read_phone
from hospital_crm.lib.sealing import keyed_hash, keyed_hashes
from messaging.rules import mask_address

# By channel; what is not here leads to nobody outside the house.
KINDS = {"sms": "phone", "phone": "phone", "email": "email", "wechat": "wechat"}
BY_PHONE = frozenset(channel for channel, kind in KINDS.items() if kind == "phone")


def digest_of(channel: str, address: str) -> str:
    """Of a number, an e-mail address or an open id; "" for what is none."""
    plain = _plain(channel, address)
    return keyed_hash(plain, purpose=_purpose(channel)) if plain else ""


def digests_of(channel: str, address: str) -> list[str]:
    """By which it is found, also where it was kept under an earlier SECRET_KEY."""
    plain = _plain(channel, address)
    return keyed_hashes(plain, purpose=_purpose(channel)) if plain else []


def masked_of(channel: str, address: str) -> str:
    """For people: 138****1234, zh****@example.com, ****k3Qs."""
    plain = _plain(channel, address)
    if not plain:
        return ""
    kind = KINDS[channel]
    if kind == "phone":
        return mask(plain)
    return mask_address(plain) if kind == "email" else f"****{plain[-4:]}"


def _plain(channel: str, address: str) -> str:
    """However it is written."""
    kind = KINDS.get(channel, "")
    if kind == "phone":
        try:
            return read_phone(address).digits
        except NotAPhoneNumber:
            return ""
    return address.strip().lower() if kind == "email" else address.strip() if kind else ""


def _purpose(channel: str) -> str:
    return f"messaging.address:{KINDS[channel]}"
