"""What the documented codes of all providers mean for a message."""

import pytest

from messaging.services.gateways import ChannelDown, ChannelError, OutcomeUnknown
from messaging.services.gateways.aliyun.codes import CODES as ALIYUN
from messaging.services.gateways.refusals import Blocked, Codes, Verdict
from messaging.services.gateways.tencent.codes import CODES as TENCENT
from messaging.services.gateways.wechat.codes import CODES as WECHAT
from messaging.services.gateways.wechat.codes import STALE
from messaging.services.gateways.wecom.codes import CODES as WECOM

P, T, B, D, U = Verdict.PERMANENT, Verdict.TEMPORARY, Verdict.BLOCKED, Verdict.DOWN, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("codes", "verdict", "names"),
    [
        (
            ALIYUN,
            P,
            "isv.SMS_TEMPLATE_ILLEGAL isv.SMS_SIGNATURE_SCENE_ILLEGAL isv.EXTEND_CODE_ERROR isv.SMS_CONTENT_ILLEGAL "
            "isv.DOMESTIC_NUMBER_NOT_SUPPORTED isv.MOBILE_NUMBER_ILLEGAL isv.MOBILE_COUNT_OVER_LIMIT "
            "isv.TEMPLATE_MISSING_PARAMETERS isv.TEMPLATE_PARAMS_ILLEGAL isv.INVALID_PARAMETERS "
            "isv.INVALID_JSON_PARAM isv.BLACK_KEY_CONTROL_LIMIT isv.PARAM_LENGTH_LIMIT isv.PARAM_NOT_SUPPORT_URL "
            "MissingParameter InvalidParameter UnsupportedOperation",
        ),
        (ALIYUN, T, "isv.BUSINESS_LIMIT_CONTROL isp.SYSTEM_ERROR isp.GATEWAY_ERROR"),
        (ALIYUN, B, "isv.CUSTOMER_REFUSED MOBILE_IN_BLACK"),
        (
            ALIYUN,
            D,
            "isv.DAY_LIMIT_CONTROL isv.MONTH_LIMIT_CONTROL isv.AMOUNT_NOT_ENOUGH isv.OUT_OF_SERVICE "
            "isv.PRODUCT_UN_SUBSCRIPT isv.PRODUCT_UNSUBSCRIBE isv.ACCOUNT_NOT_EXISTS isv.ACCOUNT_ABNORMAL "
            "isv.DENY_IP_RANGE isp.RAM_PERMISSION_DENY isv.SMS_SIGNATURE_ILLEGAL isv.SIGN_STATE_ILLEGAL "
            "Throttling Throttling.User SignatureDoesNotMatch SignatureNonceUsed IncompleteSignature "
            "InvalidAccessKeyId.NotFound InvalidTimeStamp.Expired Forbidden.RAM ServiceUnavailable NoSuchVersion",
        ),
        (ALIYUN, U, "InternalError"),
        (
            TENCENT,
            P,
            "FailedOperation.ContainSensitiveWord FailedOperation.TemplateIncorrectOrUnapproved "
            "FailedOperation.TemplateParamSetNotMatchApprovedTemplate FailedOperation.PhoneNumberParseFail "
            "InvalidParameterValue.IncorrectPhoneNumber InvalidParameterValue.ContentLengthLimit "
            "InvalidParameterValue.TemplateParameterLengthLimit MissingParameter.EmptyPhoneNumberSet "
            "UnsupportedOperation.UnsupportedRegion LimitExceeded.PhoneNumberCountLimit "
            "UnauthorizedOperation.IndividualUserMarketingSmsPermissionDeny",
        ),
        (
            TENCENT,
            T,
            "LimitExceeded.DeliveryFrequencyLimit LimitExceeded.PhoneNumberDailyLimit "
            "LimitExceeded.PhoneNumberOneHourLimit LimitExceeded.PhoneNumberSameContentDailyLimit "
            "LimitExceeded.PhoneNumberThirtySecondLimit FailedOperation.MarketingSendTimeConstraint",
        ),
        (TENCENT, B, "FailedOperation.PhoneNumberInBlacklist"),
        (
            TENCENT,
            D,
            "AuthFailure.SignatureFailure AuthFailure.SecretIdNotFound AuthFailure.UnauthorizedOperation "
            "FailedOperation.InsufficientBalanceInSmsPackage FailedOperation.SignatureIncorrectOrUnapproved "
            "UnauthorizedOperation.ServiceSuspendDueToArrears UnauthorizedOperation.RequestIpNotInWhitelist "
            "RequestLimitExceeded RequestLimitExceeded.IPLimitExceeded LimitExceeded.AppDailyLimit "
            "IpNotInWhitelist NoSuchVersion InternalError.RequestTimeException",
        ),
        (TENCENT, U, "InternalError InternalError.Timeout InternalError.SendAndRecvFail InternalError.UnknownError"),
        (WECHAT, P, "40003 40037 47003 12345"),
        (WECHAT, T, "-1"),
        (WECHAT, B, "43004 43101"),
        (WECHAT, D, "40001 40013 40014 40125 40164 42001 45009 48001"),
        (WECOM, P, "40008 40035 40058 44004 12345"),
        (WECOM, T, "-1"),
        (WECOM, D, "45009 93000 93004 93008"),
    ],
)
def test_every_code_has_its_meaning(codes: Codes, verdict: Verdict, names: str) -> None:
    assert {name: codes.verdict(name) for name in names.split()} == dict.fromkeys(names.split(), verdict)


@pytest.mark.parametrize("codes", [ALIYUN, TENCENT, WECHAT, WECOM])
def test_no_code_means_two_things(codes: Codes) -> None:
    names = [name for listed in codes.by_name.values() for name in listed.split()]
    assert len(names) == len(set(names))


def test_a_stale_token_is_no_fault_of_the_message() -> None:
    assert {WECHAT.verdict(str(code)) for code in STALE} == {D}


@pytest.mark.parametrize(
    ("verdict", "error", "permanent"),
    [(P, ChannelError, True), (T, ChannelError, False), (B, Blocked, True), (D, ChannelDown, False)],
)
def test_what_is_raised(verdict: Verdict, error: type[ChannelError], permanent: bool) -> None:
    raised = Codes({verdict: "x"}, {}).refusal("x")
    assert isinstance(raised, ChannelError)
    assert (type(raised), raised.permanent) == (error, permanent)
    assert isinstance(Codes({U: "x"}, {}).refusal("x"), OutcomeUnknown)


def test_the_longest_beginning_counts() -> None:
    codes = Codes({}, {"a": D, "a.b": T})
    assert [codes.verdict(name) for name in ("a", "a.c", "a.b.c", "b")] == [D, D, T, P]


@pytest.mark.parametrize("code", [None, "", [], {}])
def test_an_answer_without_a_code_says_nothing(code: object) -> None:
    with pytest.raises(OutcomeUnknown):
        ALIYUN.check(code, "OK")


def test_only_the_very_word_means_taken() -> None:
    ALIYUN.check("OK", "OK")
    WECHAT.check(0, 0)
    for code, taken in (("Ok", "OK"), ("0", 0), (False, "OK")):
        with pytest.raises(ChannelError):
            ALIYUN.check(code, taken)
