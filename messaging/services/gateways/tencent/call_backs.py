"""What Tencent Cloud pushes: states as a JSON array (382/59178), a reply as one object (382/59179).

Nothing of it is signed either (the page offers a list of addresses instead), so it is treated as Aliyun's. The answer
{"result": 0, "errmsg": "OK"} ends it; otherwise states are pushed twice more.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from messaging.services.gateways.receipts import Fate, Receipt, Reply, entries, moment, number_of, read_each, second

FATES = {"SUCCESS": Fate.DELIVERED, "FAIL": Fate.NOT_DELIVERED}


def reports(body: bytes) -> list[Receipt]:
    """Raises Malformed."""
    return read_each(entries(body), _report)


def replies(body: bytes) -> list[Reply]:
    """Raises Malformed."""
    return read_each(entries(body), _reply)


def state(entry: Mapping[str, Any]) -> Receipt:
    """One row of PullSmsSendStatusByPhoneNumber."""
    seconds = entry.get("UserReceiveTime")
    return _receipt(
        receipt=entry["SerialNo"],
        number=entry["PhoneNumber"],
        status=entry["ReportStatus"],
        at=second(seconds) if seconds else None,
        code=entry.get("Description", ""),
        reference=entry.get("SessionContext"),
    )


def _report(entry: Mapping[str, Any]) -> Receipt:
    return _receipt(
        receipt=entry["sid"],
        number=f"+{entry['nationcode']}{entry['mobile']}",
        status=entry["report_status"],
        at=moment(entry.get("user_receive_time")),
        code=entry.get("errmsg", ""),
        reference=entry.get("ext"),  # only where it was asked for
    )


def _receipt(
    *, receipt: object, number: object, status: object, at: datetime | None, code: object, reference: object
) -> Receipt:
    """Unverified: that BLACK in a carrier's code means a refusal here too (MBBLACK, DBBLACK of China Mobile do)."""
    fate = FATES[str(status)]
    return Receipt(
        receipt=str(receipt),
        address=number_of(number),
        fate=fate,
        at=at,
        code=str(code),
        reference=str(reference or ""),
        is_blocked=fate is Fate.NOT_DELIVERED and "BLACK" in str(code).upper(),
    )


def _reply(entry: Mapping[str, Any]) -> Reply:
    """It has no number of its own: the same words of the same person in the same second are the same reply."""
    number, text, seconds = number_of(f"+{entry['nationcode']}{entry['mobile']}"), str(entry["text"]), entry["time"]
    digest = hashlib.sha256(f"{number}\n{seconds}\n{text}".encode("utf-8", "replace")).hexdigest()[:32]
    return Reply(number, text, second(seconds), f"tencent:{digest}")
