"""What Aliyun pushes, as JSON arrays: SmsReport and SmsUp (help.aliyun.com, "smsreport-2", "smsup-http").

Nothing of it is signed: the address must hold a secret, and the gateway asks for it. The answer {"code": 0} ends it;
any other status than 200 has it pushed again after 1, 5 and 10 minutes.
"""

from collections.abc import Mapping
from typing import Any

from messaging.services.gateways.receipts import Fate, Receipt, Reply, entries, moment, number_of, read_each
from messaging.services.gateways.refusals import Verdict

from .codes import CODES


def reports(body: bytes) -> list[Receipt]:
    """Raises Malformed."""
    return read_each(entries(body), _receipt)


def replies(body: bytes) -> list[Reply]:
    """Raises Malformed."""
    return read_each(entries(body), _reply)


def is_blocked(code: str) -> bool:
    """By help.aliyun.com, document 2679007: codes with BLACK in them, as W-BLACK, follow a recipient's complaint."""
    if code.startswith("isv."):
        return CODES.verdict(code) is Verdict.BLOCKED
    return "BLACK" in code.upper()


def _receipt(entry: Mapping[str, Any]) -> Receipt:
    delivered, code = entry["success"], str(entry["err_code"])
    if not isinstance(delivered, bool):
        raise TypeError
    return Receipt(
        receipt=str(entry["biz_id"]),
        address=number_of(entry["phone_number"]),
        fate=Fate.DELIVERED if delivered else Fate.NOT_DELIVERED,
        at=moment(entry.get("report_time")),
        code=code,
        reference=str(entry.get("out_id") or ""),
        is_blocked=not delivered and is_blocked(code),
    )


def _reply(entry: Mapping[str, Any]) -> Reply:
    return Reply(
        number=number_of(entry["phone_number"]),
        text=str(entry["content"]),
        at=moment(entry.get("send_time")),
        provider_id=f"aliyun:{entry['sequence_id']}",
    )
