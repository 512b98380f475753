"""The search of the outbox: by whom it is for, by what is shown of an address, by a number; and its conditions."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from accounts.models import Staff
from messaging.models import Channel, Message
from tests import make
from tests.accounts.pages import in_english
from tests.conftest import SignedIn
from tests.messaging.channels import published
from tests.messaging.make import message
from tests.messaging.test_outbox import URL, seen


@pytest.fixture
def text(alice: Staff, now: datetime) -> Message:
    """A text message that was handed over, under numbers of ours and of the provider."""
    row = message(make.patient("张桂兰", "13800001234"), now, channel=Channel.SMS, actor=alice.actor)
    told = {"address": "+8613800001234", "reference": "r7kq", "receipt": "9006^0", "provider": "aliyun"}
    Message.objects.filter(pk=row.pk).update(state="sent", settled_at=now, fate="delivered", **told)
    row.refresh_from_db()
    return row


@pytest.fixture
def mail(alice: Staff, now: datetime) -> Message:
    row = message(make.patient("李建国"), now, channel=Channel.EMAIL, actor=alice.actor)
    Message.objects.filter(pk=row.pk).update(state="withheld", settled_at=now, reason="quiet", address="li@example.com")
    return row


@pytest.mark.parametrize("typed", ["1234", "138****1234", "r7kq", "9006^0", " r7kq ", "张桂兰"])
def test_a_text_message_is_found(typed: str, text: Message, mail: Message, alice: Staff, signed_in: SignedIn) -> None:
    assert seen(signed_in(alice), q=typed) == {text.pk}


@pytest.mark.parametrize("typed", ["@example.com", "li****@example.com"])
def test_a_mail_is_found(typed: str, text: Message, mail: Message, alice: Staff, signed_in: SignedIn) -> None:
    assert seen(signed_in(alice), q=typed) == {mail.pk}


def test_by_the_key_that_others_know_it_by(text: Message, mail: Message, frank: Staff, signed_in: SignedIn) -> None:
    assert seen(signed_in(frank), q=mail.dedupe_key) == {mail.pk}


@pytest.mark.parametrize("typed", ["13800001234", "+8613800001234", "800001234", "@", "****", "example.com"])
def test_more_of_an_address_than_is_shown_finds_nothing(
    typed: str, text: Message, mail: Message, frank: Staff, signed_in: SignedIn
) -> None:
    """Whoever finds nobody on file learns no number by trying."""
    assert seen(signed_in(frank), q=typed) == set()
    assert seen(signed_in(frank), q="1234") == {text.pk}


def test_what_lies_out_of_sight_is_not_found(text: Message, charlie: Staff, signed_in: SignedIn) -> None:
    assert seen(signed_in(charlie), q="r7kq") == set()


def test_conditions(text: Message, mail: Message, alice: Staff, signed_in: SignedIn, now: datetime) -> None:
    version = published()
    later = message(make.patient("王小明"), now, send_at=now + timedelta(days=2), actor=alice.actor)
    Message.objects.filter(pk=later.pk).update(template_version=version)
    browser = signed_in(alice)
    assert seen(browser, fate="delivered") == seen(browser, provider="aliyun") == {text.pk}
    assert seen(browser, reason="quiet") == seen(browser, measure="withheld") == {mail.pk}
    assert seen(browser, template_version=str(version.pk)) == seen(browser, since="2026-03-13") == {later.pk}
    assert seen(browser, template_version="null") == seen(browser, until="2026-03-12") == {text.pk, mail.pk}
    assert seen(browser, since="2026-03-14", until="2026-03-14", measure="waiting") == {later.pk}


def test_what_narrows_the_list_stands_above_it_and_can_be_taken_away(
    text: Message, alice: Staff, signed_in: SignedIn
) -> None:
    page = chips(in_english(signed_in(alice)), reason="quiet", state="sent")
    assert "Reason: These are quiet hours for such messages." in page
    assert f'href="{URL}?state=sent"' in page
    assert "State: " not in page  # stands on the page anyway


def chips(browser: Client, **query: str) -> str:
    return browser.get(URL, query).content.decode()


def test_a_search_that_finds_nothing_says_so(text: Message, frank: Staff, signed_in: SignedIn) -> None:
    browser = in_english(signed_in(frank))
    nothing = browser.get(URL, {"q": "zzzz"}).content.decode()
    assert "No message matches" in nothing
    assert "as soon as something is promised" not in nothing
    Message.objects.all().delete()
    empty = browser.get(URL).content.decode()
    assert "No message matches" not in empty
    assert "as soon as something is promised" in empty
