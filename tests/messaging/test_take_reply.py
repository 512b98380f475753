"""What patients answer: a keyword stops messages at once, anything else is rung back about. Missions A7, B4."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Staff
from accounts.services.actors import integration_actor
from messaging.models import Channel, ContactLog, InboundText, Message, OptOut
from messaging.services import inbound
from messaging.services.gateways.receipts import Reply
from messaging.services.inbound import settle_text, take_reply
from messaging.services.opt_outs import lift_opt_out
from messaging.services.reached import who_answers
from messaging.services.replies import take_left, take_replies
from patients.models import Contact, Identifier, Patient, Target, TimelineEntry
from patients.services.contacts import attach_contact
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.merges import merge_patients
from tests import make
from tests.accounts.at_once import Meanwhile, on_a_server, with_threads
from tests.messaging.channels import APP_ID, OPEN_ID, published, setup_of, to_patient
from tests.messaging.make import message
from tests.patients.asked import approved, erase_all

SMS = ContactLog.Channel.SMS
NUMBER = "+8613800001234"
WORDS = "伤口又疼又痒，明天能来吗"
pytestmark = pytest.mark.django_db


def answers(text: str, at: datetime, *, number: str = NUMBER, key: str = "1", **more: Any) -> InboundText:
    return take_reply(Reply(number, text, None, key), channel=SMS, provider="aliyun", at=at, **more)


def told(patient: Patient, at: datetime, address: str = NUMBER) -> Message:
    """It was sent to this number."""
    row = message(patient, at)
    Message.objects.filter(pk=row.pk).update(state="sent", address=address, handed_over_at=at, settled_at=at)
    return row


@pytest.mark.parametrize("text", ["R", "r", "T", "TD", "td.", "N", "退订", "拒收", " 退订。", "Ｔ", " t ", "TD退订"])
def test_a_keyword_stops_surveys_and_offers_to_the_number_and_the_patient(now: datetime, text: str) -> None:
    patient = make.patient("张桂兰", "13800001234")
    row = answers(text, now)
    stopped = OptOut.objects.get()
    assert (stopped.patient, stopped.scope, stopped.way, stopped.text) == (patient, "offers", "keyword", row.keyword)
    assert (stopped.masked, stopped.source, row.opt_out) == ("138****1234", row.key, stopped)
    assert not InboundText.objects.open().exists()
    assert not Message.objects.exists()  # silence is the answer


@pytest.mark.parametrize("text", [WORDS, "R?谁啊", "TDD", "不退订", "好的", ""])
def test_anything_else_waits_to_be_answered(now: datetime, text: str) -> None:
    patient = make.patient("张桂兰", "13800001234")
    row = answers(text, now)
    assert (row.target, row.text, row.keyword, list(InboundText.objects.open())) == (patient, text, "", [row])
    assert not OptOut.objects.exists()


def test_the_words_lie_sealed_and_the_number_masked(now: datetime) -> None:
    row = answers(WORDS, now)
    assert (WORDS in row.sealed, row.masked, NUMBER in str(vars(row))) == (False, "138****1234", False)


def test_the_story_says_that_they_wrote_and_not_what(now: datetime) -> None:
    patient = make.patient("张桂兰", "13800001234")
    answers(WORDS, now)
    entry = TimelineEntry.objects.get(patient=patient, kind="messaging.text_received")
    assert entry.params == {"channel": "sms"}


def test_pushed_again_it_is_the_same_row_and_stops_nothing_anew(alice: Staff, now: datetime) -> None:
    first = answers("TD", now)
    lift_opt_out(opt_out=OptOut.objects.get(), reason="又要了", actor=alice.actor, at=now)
    assert answers("TD", now + timedelta(days=1)) == first
    assert not OptOut.objects.open().exists()
    assert answers("TD", now + timedelta(days=1), key="2") != first
    assert OptOut.objects.open().count() == 1


def test_without_a_name_of_its_own_it_is_known_by_what_it_says(now: datetime) -> None:
    assert answers(WORDS, now, key="") == answers(WORDS, now, key="")
    assert answers("another", now, key="") != answers(WORDS, now, key="")
    assert answers(WORDS, now, key="x" * 500) == answers(WORDS, now, key="x" * 500)


# ── What cannot be read ──────────────────────────────────────────────────────


def test_what_cannot_be_written_down_is_left_out_of_the_words(now: datetime) -> None:
    assert answers("疼\ud83d\0吗", now, key="\x007\ud83d").text == "疼?吗"
    assert answers("疼\ud83d\0吗", now, key="\x007\ud83d") == InboundText.objects.get()


def test_one_at_which_something_breaks_costs_none_of_the_others_and_comes_again(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_at(channel: str, address: str, **more: Any) -> Target:
        if address == NUMBER:
            raise RuntimeError("broken")
        return who_answers(channel, address, **more)

    monkeypatch.setattr(inbound, "who_answers", break_at)
    numbers = (NUMBER, "+8613900005678", "+8613700004321")
    told = [Reply(number, text, None, text) for number, text in zip(numbers, (WORDS, "好的", "TD"), strict=True)]
    with pytest.raises(RuntimeError):
        take_replies(told, channel=Channel.SMS, provider="aliyun", at=now)
    assert list(InboundText.objects.order_by("pk").values_list("provider_id", flat=True)) == ["TD", "好的"]
    assert OptOut.objects.count() == 1


# ── Who it is: nobody is guessed among several ───────────────────────────────


def test_of_several_at_a_number_it_is_the_one_who_was_written_to_last(now: datetime) -> None:
    mother, son = make.patient("张桂兰", "13800001234"), make.patient("张明", "13800001234")
    told(mother, now - timedelta(days=2))
    told(son, now - timedelta(days=1))
    assert answers(WORDS, now).target == son
    stopped = answers("T", now, key="2").opt_out
    assert stopped is not None
    assert stopped.patient == son
    assert stopped.digest


def test_where_nobody_was_written_to_it_is_a_caller_who_is_nobody_yet(now: datetime) -> None:
    for name in ("张桂兰", "张明"):
        make.patient(name, "13800001234")
    row = answers(WORDS, now)
    assert isinstance(row.target, Contact)
    assert (row.target.digits, answers("T", now, key="2").target) == ("13800001234", row.target)
    assert OptOut.objects.get().patient is None


def test_an_unknown_number_and_an_unknown_follower_are_callers(now: datetime) -> None:
    caller = answers(WORDS, now, number="+8613911112222").contact
    assert caller is not None
    assert caller.masked == "139****2222"
    reply = Reply("oABCdefGHIjkl", WORDS, None, "1")
    row = take_reply(reply, channel=ContactLog.Channel.WECHAT, provider="wechat", at=now)
    assert (row.masked, row.contact is not None) == ("****Ijkl", True)


def test_a_follower_is_whoever_was_written_to_there(now: datetime) -> None:
    patient = make.patient("张桂兰")
    told(patient, now, "oABCdefGHIjkl")
    reply = Reply("oABCdefGHIjkl", "退订", None, "1")
    assert take_reply(reply, channel=ContactLog.Channel.WECHAT, provider="wechat", at=now).target == patient
    assert OptOut.objects.get().patient == patient


def writes(text: str, at: datetime, *, key: str = "1", open_id: str = OPEN_ID) -> InboundText:
    """To the official account."""
    reply = Reply(open_id, text, None, key)
    return take_reply(reply, channel=ContactLog.Channel.WECHAT, provider="wechat", at=at)


def follows(patient: Patient, at: datetime) -> None:
    setup_of("wechat")
    new = NewIdentifier(Identifier.Type.SYSTEM, OPEN_ID, f"wechat:{APP_ID}")
    add_identifier(patient=patient, new=new, actor=make.by(), at=at)


def test_a_follower_on_file_is_known_before_anything_was_sent_there(now: datetime) -> None:
    patient = make.patient("张桂兰")
    follows(patient, now)
    assert writes(WORDS, now).target == patient
    assert writes("退订", now, key="2").opt_out == OptOut.objects.get(patient=patient)


def test_what_waits_for_a_follower_on_file_is_withheld_at_once(now: datetime) -> None:
    patient = make.patient("张桂兰")
    follows(patient, now)
    care = to_patient(patient, published("请回电", "wechat"), now + timedelta(days=1), Channel.WECHAT)
    take_left([OPEN_ID], channel=Channel.WECHAT, provider="wechat", at=now)
    care.refresh_from_db()
    assert (care.state, care.reason) == ("withheld", "opted_out")


def test_a_follower_who_is_nobody_yet_is_the_same_caller_each_time(now: datetime) -> None:
    first = writes(WORDS, now)
    assert [writes(text, now, key=text).target for text in ("在吗", "T")] == [first.target] * 2
    assert (Contact.objects.count(), writes(WORDS, now, open_id="oAnother", key="4").target != first.target) == (
        1,
        True,
    )


def test_once_it_is_known_who_the_follower_is_it_stays_known(alice: Staff, now: datetime) -> None:
    caller, patient = writes(WORDS, now).contact, make.patient("张桂兰")
    assert caller is not None
    attach_contact(contact=caller, patient=patient, actor=alice.actor, at=now)
    assert writes("在吗", now, key="2").target == patient


@on_a_server
@with_threads
def test_two_texts_of_a_new_follower_at_once_are_of_one_caller(now: datetime) -> None:
    integration_actor("wechat")
    with transaction.atomic():
        first = writes(WORDS, now)
        other = Meanwhile(lambda: writes("在吗", now, key="2"))
        other.wait_until_it_waits()
    assert (other.outcome().contact, Contact.objects.count()) == (first.contact, 1)


@on_a_server
@with_threads
def test_two_first_texts_of_one_number_at_once_are_of_one_caller(now: datetime) -> None:
    integration_actor("aliyun")
    with transaction.atomic():
        first = answers(WORDS, now)
        other = Meanwhile(lambda: answers("在吗", now, key="2"))
        other.wait_until_it_waits()
    assert (other.outcome().contact, Contact.objects.count()) == (first.contact, 1)


@on_a_server
@with_threads
def test_nor_do_a_first_call_and_a_first_text_at_once_make_two(alice: Staff, now: datetime) -> None:
    integration_actor("aliyun")
    with transaction.atomic():
        call = make.call(alice, number="13800001234", at=now)
        other = Meanwhile(lambda: answers(WORDS, now))
        other.wait_until_it_waits()
    assert (other.outcome().contact, Contact.objects.count()) == (call.contact, 1)


@on_a_server
@with_threads
def test_first_texts_of_two_numbers_at_once_do_not_wait_for_each_other(now: datetime) -> None:
    integration_actor("aliyun")
    with transaction.atomic():
        first = answers(WORDS, now)
        other = Meanwhile(lambda: answers("在吗", now, number="+8613900005678", key="2"))
        assert other.outcome().contact != first.contact
    assert Contact.objects.count() == 2


def test_a_record_that_was_merged_is_the_one_into_which(alice: Staff, now: datetime) -> None:
    zhang, other = make.patient("张桂兰"), make.patient("张贵兰", "13800001234")
    told(other, now)
    merge_patients(survivor=zhang, merged=other, actor=alice.actor, at=now)
    assert answers(WORDS, now).target == zhang


def test_whoever_was_erased_is_a_caller_when_they_write_again(alice: Staff, dana: Staff, now: datetime) -> None:
    patient = make.patient("张桂兰", "13800001234")
    told(patient, now)
    first = answers(WORDS, now)
    approved(patient, alice, dana, now)
    erase_all(now)
    first.refresh_from_db()
    assert (first.text, first.masked, first.digest, first.settled_at) == ("", "", "", now)
    assert isinstance(answers(WORDS, now, key="2").target, Contact)


# ── The end ──────────────────────────────────────────────────────────────────


def test_is_settled_once(alice: Staff, now: datetime) -> None:
    row = answers(WORDS, now)
    assert [settle_text(text=row, actor=alice.actor, at=now) for _ in range(2)] == [True, False]
    assert not InboundText.objects.open().exists()


def test_a_moment_to_come_was_now(now: datetime) -> None:
    reply = Reply(NUMBER, WORDS, now + timedelta(days=1), "1")
    assert take_reply(reply, channel=SMS, provider="aliyun", at=now).said_at == now
