"""Error codes of Tencent Cloud SMS.

By cloud.tencent.com, documents 382/38780, 382/52075 (common ones, read there) and 382/59177 (those of sending: the
beginning was read there, the rest in copies by others). What the pages call a time-out inside is taken for unknown.
"""

from messaging.services.gateways.refusals import Codes, Verdict

CODES = Codes(
    by_name={
        Verdict.BLOCKED: "FailedOperation.PhoneNumberInBlacklist",
        Verdict.TEMPORARY: "FailedOperation.MarketingSendTimeConstraint",  # only from 8 to 22 o'clock
        Verdict.DOWN: (
            "FailedOperation.InsufficientBalanceInSmsPackage FailedOperation.SignatureIncorrectOrUnapproved "
            "FailedOperation.MissingSignatureList InvalidParameterValue.SdkAppIdNotExist "
            "InvalidParameter.AppidAndBizId "
            "LimitExceeded LimitExceeded.AppDailyLimit LimitExceeded.AppGlobalDailyLimit "
            "LimitExceeded.AppMainlandChinaDailyLimit LimitExceeded.DailyLimit "
            "InternalError.RequestTimeException InternalError.RestApiInterfaceNotExist "
            "InternalError.SigFieldMissing InternalError.SigVerificationFail "
            "ActionOffline InvalidAction NoSuchProduct NoSuchVersion IpInBlacklist IpNotInWhitelist "
            "ServiceUnavailable ResourceInsufficient"
        ),
        Verdict.PERMANENT: (
            "LimitExceeded.PhoneNumberCountLimit LimitExceeded.AppCountryOrRegionInBlacklist "
            "UnauthorizedOperation.IndividualUserMarketingSmsPermissionDeny InternalError.JsonParseFail"
        ),
    },
    by_beginning={
        "AuthFailure": Verdict.DOWN,
        "UnauthorizedOperation": Verdict.DOWN,
        "RequestLimitExceeded": Verdict.DOWN,  # of all requests, not of this number
        "LimitExceeded.": Verdict.TEMPORARY,  # of this number, for seconds or until tomorrow
        "InternalError": Verdict.UNKNOWN,
    },
)
