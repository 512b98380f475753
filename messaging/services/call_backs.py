"""What providers tell by themselves, believed or not."""

from collections.abc import Iterable
from datetime import datetime

from messaging.models import Channel, GatewaySetup, Provider
from messaging.services.fates import take_receipts
from messaging.services.gateways.receipts import CallBack, Forged, Receipt, Reply
from messaging.services.gateways.set_up import sms_gateway_of, wechat_of
from messaging.services.replies import take_left, take_replies
from messaging.services.setups import note_call_back


def take_sms_receipts(provider: Provider, call_back: CallBack, *, at: datetime) -> None:
    """Raises Forged, Malformed."""
    setup = _setup(provider)
    _take(setup, sms_gateway_of(setup).receipts_in(call_back), (), at)


def take_sms_replies(provider: Provider, call_back: CallBack, *, at: datetime) -> None:
    """Raises Forged, Malformed."""
    setup = _setup(provider)
    _take(setup, (), sms_gateway_of(setup).replies_in(call_back), at)


def take_wechat(call_back: CallBack, *, at: datetime) -> None:
    """Receipts, texts, and who has left. Raises Forged, Malformed."""
    setup = _setup(Provider.WECHAT)
    pushed = wechat_of(setup).pushed_in(call_back)
    _take(setup, pushed.receipts, pushed.replies, at)
    take_left(pushed.left, channel=Channel.WECHAT, provider=setup.provider, at=at)


def echo_of_wechat(call_back: CallBack) -> str:
    """Proves to WeChat that the address is ours. Raises Forged."""
    return wechat_of(_setup(Provider.WECHAT)).echo(call_back)


def _setup(provider: Provider) -> GatewaySetup:
    """Also of a provider that is not in use any more: it still tells about what it took before."""
    setup = GatewaySetup.objects.of_hospital().filter(provider=provider).first()
    if setup is None:
        raise Forged
    return setup


def _take(setup: GatewaySetup, receipts: Iterable[Receipt], replies: Iterable[Reply], at: datetime) -> None:
    strays = take_receipts(receipts, provider=setup.provider, at=at)
    take_replies(replies, channel=Channel(setup.channel), provider=setup.provider, at=at)
    note_call_back(setup=setup, strays=strays, at=at)
