"""A made-up history of messages, and what of it an independent count finds."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Staff
from messaging.models import Channel, Message, MessageClass, TemplateVersion
from patients.models import Patient

ZONE = ZoneInfo("Asia/Shanghai")
STATES = [*Message.State.values, *["sent"] * 4]  # most are sent
OVER = ("sent", "failed", "withheld", "cancelled", "expired")
OUTSIDE = [choice for choice in MessageClass.values if choice != MessageClass.STAFF]
Test = Callable[[Message], bool]
COUNTED: dict[str, Test] = {
    "messages": lambda row: True,
    "waiting": lambda row: row.state in {"queued", "claimed", "handed_over"},
    "sent": lambda row: row.state == "sent",
    "failed": lambda row: row.state == "failed",
    "unknown": lambda row: row.state == "unknown",
    "withheld": lambda row: row.state == "withheld",
    "dropped": lambda row: row.state in {"cancelled", "expired"},
    "delivered": lambda row: row.state == "sent" and row.fate == "delivered",
    "told": lambda row: bool(row.fate) or (row.state == "sent" and row.channel in {"sms", "wechat"}),
    "paid": lambda row: row.cost is not None,
}


def happened(
    chance: Random,
    number: int,
    *,
    staff: Sequence[Staff],
    patients: Sequence[Patient],
    versions: Sequence[TemplateVersion | None],
    at: datetime,
) -> None:
    """So many messages of the last ten days, to these people, queued by one of these colleagues."""

    def one(key: int) -> Message:
        sender, to_staff = chance.choice(staff), chance.random() < 0.3
        state, send_at = chance.choice(STATES), at - timedelta(hours=chance.randrange(240))
        channel = chance.choice(Channel.values)
        fate = chance.choice(["", *Message.Fate.values]) if channel in {"sms", "wechat"} else ""
        fates = {"sent": fate, "failed": "not_delivered" if fate else ""}
        paid = channel == "sms" and state in {"sent", "unknown", "handed_over"}
        whom: dict[str, Any] = {"staff": chance.choice(staff)} if to_staff else {"patient": chance.choice(patients)}
        return Message(
            dedupe_key=f"history:{key}",
            source="history",
            channel=channel,
            message_class="staff" if to_staff else chance.choice(OUTSIDE),
            kind="messaging.trial",
            template_version=None if to_staff else chance.choice(versions),
            department=sender.department,
            queued_by=sender.actor,
            queued_at=send_at,
            send_at=send_at,
            due_at=send_at,
            expires_at=send_at + timedelta(hours=4),
            state=state,
            reason=chance.choice(["quiet", "capped", "held", "opted_out"]) if state != "sent" else "",
            fate=fates.get(state, ""),
            settled_at=send_at if state in OVER else None,
            parts=chance.randrange(1, 4) if channel == "sms" else None,
            cost=Decimal(chance.randrange(1, 4)) * Decimal("0.0450") if paid else None,
            **whom,
        )

    Message.objects.bulk_create(one(key) for key in range(number))


def within(rows: Collection[Message], since: date, until: date) -> list[Message]:
    """By the hospital's calendar."""
    return [row for row in rows if since <= row.send_at.astimezone(ZONE).date() <= until]


def counted(rows: Collection[Message]) -> dict[str, int]:
    return {name: sum(test(row) for row in rows) for name, test in COUNTED.items()}


def paid(rows: Collection[Message]) -> tuple[int, Decimal]:
    """Parts and CNY."""
    charged = [row for row in rows if row.cost is not None]
    return sum(row.parts or 0 for row in charged), sum((row.cost or Decimal() for row in charged), Decimal())


def written_to(rows: Collection[Message]) -> set[int]:
    """The patients who were sent what they could have stopped."""
    stoppable = {"care", "survey", "marketing"}
    sent = [row for row in rows if row.state == "sent" and row.message_class in stoppable]
    return {row.patient_id for row in sent if row.patient_id is not None}
