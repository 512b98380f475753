"""The gateways as the hospital has set them up."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from messaging.models import Channel, GatewaySetup, Message, Provider
from messaging.services.letters import letter_of

from .addresses import GROUP, TRIAL, number_of, open_id_of
from .aliyun import AliyunAccount, AliyunSms
from .base import Gateway
from .by_message import ByMessage, NoGateway
from .keys import key_of
from .sms import SmsGateway, SmsSource
from .tencent import TencentAccount, TencentSms
from .wechat import OfficialAccount, WeChatSource, WeChatTemplates
from .wecom import GroupRobot, WeComRobot
from .wire import TIME_OUT
from .worded import READS, Worded

ALIYUN, TENCENT = "https://dysmsapi.aliyuncs.com/", "https://sms.tencentcloudapi.com/"
WECHAT = "https://api.weixin.qq.com"
REGION = "ap-guangzhou"
CALL_BACK_TOKEN = "call_back_token"  # noqa: S105  the name, not the secret


def hospital_sms() -> Gateway:
    return _of_channel(Channel.SMS, reads=(*SmsGateway.reads, *READS), can_be_asked=SmsGateway.can_be_asked)


def hospital_wechat() -> Gateway:
    return _of_channel(Channel.WECHAT, reads=(*WeChatTemplates.reads, *READS))


def hospital_wecom() -> Gateway:
    """The group that it names; else that of the colleague's department, of the nearest above it, of the hospital."""
    setups = _Setups(Channel.WECOM)

    def of(message: Message) -> Gateway:
        if GROUP in message.params:
            return setups.gateway(setups.in_use(message.params[GROUP]))
        path = message.staff.department.path if message.staff and message.staff.department else ""
        above = [each for each in setups.active if each.department and path.startswith(each.department.path)]
        nearest = max(above, key=lambda each: len(each.department.path if each.department else ""), default=None)
        return setups.gateway(setups.tried(message) or nearest or setups.of_hospital)

    return ByMessage(of, usual=setups.gateway(setups.of_hospital), reads=WeComRobot.reads)


def _of_channel(channel: Channel, **facts: Any) -> Gateway:
    setups = _Setups(channel)
    return ByMessage(
        lambda message: setups.gateway(setups.tried(message) or setups.of_hospital),
        usual=setups.gateway(setups.of_hospital),
        taker=lambda message: setups.gateway(setups.by_provider.get(message.provider)),
        **facts,
    )


class _Setups:
    """Read once a run."""

    def __init__(self, channel: Channel) -> None:
        self.rows = list(GatewaySetup.objects.filter(channel=channel).select_related("department"))
        self.active = [each for each in self.rows if each.is_active]
        self.of_hospital = next((each for each in self.active if each.department is None), None)
        self.by_provider = {each.provider: each for each in self.rows}
        self._made: dict[int, Gateway] = {}

    def tried(self, message: Message) -> GatewaySetup | None:
        """A test goes through the account that is tried, in use or not."""
        wanted = message.params.get("setup") if message.kind == TRIAL else None
        return next((each for each in self.rows if each.pk == wanted), None)

    def in_use(self, pk: int) -> GatewaySetup | None:
        return next((each for each in self.active if each.pk == pk), None)

    def gateway(self, setup: GatewaySetup | None) -> Gateway:
        if setup is None:
            return NoGateway()
        if setup.pk not in self._made:
            self._made[setup.pk] = gateway_of(setup)
        return self._made[setup.pk]


def gateway_of(setup: GatewaySetup) -> Gateway:
    """The provider as this row describes it, in use or not."""
    return MADE[Provider(setup.provider)](setup)


def sms_gateway_of(setup: GatewaySetup) -> SmsGateway:
    return {Provider.ALIYUN: _aliyun, Provider.TENCENT: _tencent}[Provider(setup.provider)](setup)


def wechat_of(setup: GatewaySetup) -> WeChatTemplates:
    account = OfficialAccount(
        app_id=setup.value("app_id"),
        secret=key_of(setup, "secret"),
        call_back_token=key_of(setup, CALL_BACK_TOKEN),
        aes_key=key_of(setup, "aes_key"),
        url=setup.value("url", WECHAT).rstrip("/"),
    )
    said = Worded(setup)
    source = WeChatSource(
        open_id_of=lambda message: open_id_of(message, account.app_id),
        worded=said.template_message,
        objection=said.objection,
        columns=said.columns,
    )
    return WeChatTemplates(account, source, time_out=TIME_OUT)


def _aliyun(setup: GatewaySetup) -> SmsGateway:
    said = Worded(setup)
    account = AliyunAccount(
        key_id=setup.value("key_id"),
        key_secret=key_of(setup, "key_secret"),
        sign_name=said.signature,
        call_back_token=key_of(setup, CALL_BACK_TOKEN),
        url=_with_slash(setup.value("url", ALIYUN)),
    )
    return AliyunSms(account, _sms_source(said), time_out=TIME_OUT)


def _tencent(setup: GatewaySetup) -> SmsGateway:
    said = Worded(setup)
    account = TencentAccount(
        key_id=setup.value("key_id"),
        key=key_of(setup, "key_secret"),
        app_id=setup.value("app_id"),
        sign_name=said.signature,
        call_back_token=key_of(setup, CALL_BACK_TOKEN),
        region=setup.value("region", REGION),
        url=_with_slash(setup.value("url", TENCENT)),
    )
    return TencentSms(account, _sms_source(said), time_out=TIME_OUT)


def _sms_source(said: Worded) -> SmsSource:
    return SmsSource(
        number_of=number_of, worded=said.short_message, objection=said.objection, columns=said.paid_columns
    )


def _wecom(setup: GatewaySetup) -> WeComRobot:
    hook = urlsplit(key_of(setup, "web_hook"))
    key = parse_qs(hook.query).get("key", [""])[0]
    return WeComRobot(GroupRobot(setup.value("name"), key, url=f"{hook.scheme}://{hook.netloc}"), _said_to_group)


def _said_to_group(message: Message) -> str:
    letter = letter_of(message, language=settings.LANGUAGE_CODE)
    return f"**{letter.subject}**\n{letter.body}"


def _with_slash(url: str) -> str:
    return f"{url.rstrip('/')}/"


MADE: dict[Provider, Callable[[GatewaySetup], Gateway]] = {
    Provider.ALIYUN: _aliyun,
    Provider.TENCENT: _tencent,
    Provider.WECHAT: wechat_of,
    Provider.WECOM: _wecom,
}
