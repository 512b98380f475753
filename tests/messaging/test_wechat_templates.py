"""Template messages of an official account, and the token that lets them in."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from messaging.services.gateways import ChannelDown, ChannelError, OnUnknown
from messaging.services.gateways.refusals import Blocked
from messaging.services.gateways.wechat import OfficialAccount, TemplateMessage, WeChatSource, WeChatTemplates, tokens
from messaging.services.gateways.wire import TIME_OUT, Deadline
from messaging.services.gateways.wording import reference_of
from tests.messaging.faults_of import SHORT, check_faults
from tests.messaging.provider import HANG, HANG_UP, Asked, Provider, Says, provider, unsaved

pytestmark = pytest.mark.system  # a server of its own, which also lets one wait
NOW = datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)
SECRET = "the-secret"
OPEN_ID = "oia2TjuEGTNoeX76QEjQNrcURxG8"
SAID = TemplateMessage("ngqIpbwh8bUf", {"thing1": "复诊提醒", "time2": "2026-11-28 09:30"}, "https://h.example/m/1/")
SOURCE = WeChatSource(lambda message: OPEN_ID, lambda message: SAID)
TAKEN = Says({"errcode": 0, "errmsg": "ok", "msgid": 200228332})


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_kept", {})


@pytest.fixture
def place() -> Iterator[Provider]:
    with provider() as place:
        yield place


def account(url: str) -> OfficialAccount:
    return OfficialAccount("wx1234", SECRET, "push-token", url)


def gateway(url: str, time_out: float = TIME_OUT) -> WeChatTemplates:
    return WeChatTemplates(account(url), SOURCE, now=lambda: NOW, time_out=time_out)


def token(name: str, seconds: int = 7200) -> Says:
    return Says({"access_token": name, "expires_in": seconds})


def refused(code: int) -> Says:
    return Says({"errcode": code, "errmsg": f"{OPEN_ID} no rid: 1"})


def paths(place: Provider) -> list[str]:
    return [asked.path.rsplit("/", 1)[1] for asked in place.asked]


def forced(asked: Asked) -> bool:
    return bool(asked.said["force_refresh"])


def test_a_message_is_taken_and_the_token_kept(place: Provider) -> None:
    place.will_say(token("T1"), TAKEN)
    message = unsaved()
    assert [gateway(place.url).send(message) for _ in range(2)] == ["200228332", "200228332"]
    fetched, sent, again = place.asked
    assert (fetched.method, fetched.path) == ("POST", "/cgi-bin/stable_token")
    assert fetched.said == {
        "grant_type": "client_credential",
        "appid": "wx1234",
        "secret": SECRET,
        "force_refresh": False,
    }
    assert (sent.path, sent.query) == ("/cgi-bin/message/template/send", {"access_token": "T1"})
    assert sent.said == {
        "touser": OPEN_ID,
        "template_id": "ngqIpbwh8bUf",
        "url": "https://h.example/m/1/",
        "client_msg_id": reference_of(message),
        "data": {"thing1": {"value": "复诊提醒"}, "time2": {"value": "2026-11-28 09:30"}},
    }
    assert "复诊提醒".encode() in sent.body  # 40033: no \uxxxx
    assert again.query == {"access_token": "T1"}


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_refused_token_is_renewed_once_and_the_message_goes(place: Provider, code: int) -> None:
    place.will_say(token("T1"), refused(code), token("T2"), TAKEN)
    assert gateway(place.url).send(unsaved()) == "200228332"
    assert paths(place) == ["stable_token", "send", "stable_token", "send"]
    assert place.asked[-1].query == {"access_token": "T2"}
    assert not forced(place.asked[2])


def test_a_token_that_is_offered_again_is_forced_out(place: Provider) -> None:
    place.will_say(token("T1"), refused(40001), token("T1"), token("T2"), TAKEN)
    assert gateway(place.url).send(unsaved()) == "200228332"
    assert [forced(asked) for asked in place.asked if asked.path.endswith("token")] == [False, False, True]


def test_a_token_that_is_refused_twice_stops_the_channel(place: Provider) -> None:
    place.will_say(token("T1"), refused(42001), token("T2"), refused(42001))
    with pytest.raises(ChannelDown):
        gateway(place.url).send(unsaved())
    assert len(place.asked) == 4


@pytest.mark.parametrize(
    "answer",
    [refused(40125), refused(40164), refused(-1), Says({"access_token": "T"}), Says(b"<html>", 502), HANG_UP, HANG],
)
def test_without_a_token_nothing_was_handed_over(place: Provider, answer: Says | str) -> None:
    """Silence is no doubt here: the message was not in it."""
    place.will_say(answer)
    with pytest.raises(ChannelDown):
        gateway(place.url, SHORT).send(unsaved())


def test_a_token_is_fetched_anew_before_it_ends(place: Provider) -> None:
    place.will_say(token("T1", 300), token("T2", 300))
    clock = iter([0.0, 100.0, 250.0, 250.0])
    got = [tokens.access_token(account(place.url), Deadline(), lambda: next(clock)) for _ in range(3)]
    assert got == ["T1", "T1", "T2"]


def test_another_worker_may_have_renewed_it_meanwhile(place: Provider) -> None:
    place.will_say(token("T2"))
    tokens.access_token(account(place.url), Deadline())
    assert tokens.renewed_token(account(place.url), "T1", Deadline()) == "T2"
    assert len(place.asked) == 1


@pytest.mark.parametrize(
    ("code", "error", "permanent"),
    [
        (40003, ChannelError, True),
        (40037, ChannelError, True),
        (47003, ChannelError, True),
        (43004, Blocked, True),
        (43101, Blocked, True),
        (-1, ChannelError, False),
        (45009, ChannelDown, False),
        (48001, ChannelDown, False),
        (99999, ChannelError, True),
    ],
)
def test_what_a_refusal_means(place: Provider, code: int, error: type[ChannelError], permanent: bool) -> None:
    place.will_say(token("T1"), refused(code))
    with pytest.raises(ChannelError) as caught:
        gateway(place.url).send(unsaved())
    assert (type(caught.value), caught.value.permanent, str(caught.value)) == (error, permanent, str(code))


def test_faults(place: Provider) -> None:
    def made(url: str, time_out: float) -> WeChatTemplates:
        tokens._kept.clear()
        return gateway(url, time_out)

    check_faults(place, made, token("T1"))


def test_what_it_is_for() -> None:
    templates = gateway("http://127.0.0.1:1")
    assert templates.is_set_up
    assert templates.address_of(unsaved()) == OPEN_ID
    assert templates.on_unknown(unsaved(patient_id=1)) is OnUnknown.ASK
    assert templates.receipt(unsaved()) is None  # nobody can be asked; the event tells
    assert SECRET not in repr(templates.account)
    assert "push-token" not in repr(templates.account)
