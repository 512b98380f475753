"""Records of what was sent and received are kept as long as the rule asks, then without words. Mission A7."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Staff
from hospital_crm.lib.moments import months_before
from institution.models import Setting
from messaging.models import InboundText, Message, OptOut
from messaging.services.opt_outs import opt_out
from messaging.services.retention import forget_old
from patients.models import Consent, Purpose
from tests import make
from tests.messaging.make import message
from tests.messaging.people import said
from tests.messaging.test_take_reply import answers

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def was_sent(row: Message, at: datetime, **values: object) -> Message:
    told = {"state": "sent", "settled_at": at, "address": "a@example.com", "receipt": "r-1", **values}
    Message.objects.filter(pk=row.pk).update(**told)
    return row


def tells_where(row: Message) -> bool:
    row.refresh_from_db()
    return bool(row.address or row.receipt or row.params)


def test_after_half_a_year_address_and_values_go_and_that_it_was_sent_stays(now: datetime) -> None:
    patient = make.patient("张桂兰")
    old, new = (was_sent(message(patient, now, params={"day": "3-12"}), at) for at in (now, now + DAY))
    assert forget_old(at=months_later(now)) == 0  # to the day it is kept
    assert forget_old(at=months_later(now) + timedelta(hours=1)) == 1
    assert (tells_where(old), old.state, old.kind, old.patient) == (False, "sent", "messaging.trial", patient)
    assert tells_where(new)
    assert forget_old(at=months_later(now) + timedelta(hours=2)) == 0


def months_later(now: datetime) -> datetime:
    return now.replace(month=now.month + 6)


def test_it_may_be_kept_longer(now: datetime) -> None:
    Setting.objects.filter(key="messaging.keep_sent_months").update(value=12)
    row = was_sent(message(make.patient("张桂兰"), now), now)
    forget_old(at=now + 300 * DAY)
    assert tells_where(row)


def test_notes_to_staff_and_what_still_needs_somebody_stay(alice: Staff, now: datetime) -> None:
    note = was_sent(message(alice, now, params={"day": "3-12"}), now)
    unknown = was_sent(message(make.patient("张桂兰"), now), now, state="unknown", settled_at=None)
    forget_old(at=now + 300 * DAY)
    assert (tells_where(note), tells_where(unknown)) == (True, True)


def test_texts_received_go_when_they_are_answered_and_old(alice: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰", "13800001234")
    asked, refused = answers("伤口疼", now), answers("T", now, key="2")
    assert forget_old(at=now + 300 * DAY) == 1
    refused.refresh_from_db()
    assert (refused.masked, refused.sealed, refused.patient) == ("", "", patient)  # that it was they who wrote stays
    InboundText.objects.filter(pk=asked.pk).update(settled_at=now, settled_by=alice.actor)
    assert forget_old(at=now + 300 * DAY) == 1


def test_consents_and_opt_outs_outlast_it(now: datetime) -> None:
    patient = make.patient("张桂兰", "13800001234")
    said(patient, Purpose.MARKETING, now)
    opt_out(channel="sms", address="13800001234", way=OptOut.Way.COLLEAGUE, actor=make.by(), at=now)
    forget_old(at=now + 3000 * DAY)
    assert (Consent.objects.count(), OptOut.objects.open().get().masked) == (1, "138****1234")


@pytest.mark.parametrize(
    ("moment", "months", "before"),
    [
        ((2026, 8, 31), 6, (2026, 2, 28)),
        ((2024, 8, 31), 6, (2024, 2, 29)),
        ((2026, 3, 12), 6, (2025, 9, 12)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 12, 15), 12, (2025, 12, 15)),
    ],
)
def test_months_go_back_to_the_same_day_or_the_last_one(
    moment: tuple[int, int, int], months: int, before: tuple[int, int, int]
) -> None:
    assert months_before(datetime(*moment, tzinfo=UTC), months) == datetime(*before, tzinfo=UTC)
