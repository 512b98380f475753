"""Error codes of Aliyun SMS within China.

By help.aliyun.com, "API错误码" (document 101346) and "回执错误码" (101347): of both, the beginnings were read there and
the other names in copies by others; the platform's common codes on the pages of other products (435312, 51132).
Unverified: that isp.SYSTEM_ERROR and isp.GATEWAY_ERROR leave nothing behind (the page says to try again), and the names
of InvalidTimeStamp, InvalidSecurityToken, MissingAccessKey and NoPermission.
"""

from messaging.services.gateways.refusals import Codes, Verdict

CODES = Codes(
    by_name={
        Verdict.BLOCKED: "isv.CUSTOMER_REFUSED MOBILE_IN_BLACK",
        # this number has had enough for the minute, the hour or the day
        Verdict.TEMPORARY: "isv.BUSINESS_LIMIT_CONTROL isp.SYSTEM_ERROR isp.GATEWAY_ERROR",
        Verdict.DOWN: (
            "isv.DAY_LIMIT_CONTROL isv.MONTH_LIMIT_CONTROL isv.AMOUNT_NOT_ENOUGH isv.OUT_OF_SERVICE "
            "isv.PRODUCT_UN_SUBSCRIPT isv.PRODUCT_UNSUBSCRIBE isv.ACCOUNT_NOT_EXISTS isv.ACCOUNT_ABNORMAL "
            "isv.DENY_IP_RANGE isp.RAM_PERMISSION_DENY InsufficientBalance NoSuchVersion "
            # the signature 【】 is the account's, and the same in every message
            "isv.SMS_SIGNATURE_ILLEGAL isv.SMS_SIGN_ILLEGAL isv.SIGN_NAME_ILLEGAL isv.SIGN_STATE_ILLEGAL"
        ),
        # isv.BLACK_KEY_CONTROL_LIMIT means words in the values, not the number: 变量内容含有限制发送的内容
        Verdict.PERMANENT: "isv.BLACK_KEY_CONTROL_LIMIT",
    },
    by_beginning={
        "isv.": Verdict.PERMANENT,
        "isp.": Verdict.TEMPORARY,
        "InternalError": Verdict.UNKNOWN,
        "Throttling": Verdict.DOWN,
        "ServiceUnavailable": Verdict.DOWN,
        "Signature": Verdict.DOWN,
        "IncompleteSignature": Verdict.DOWN,
        "InvalidAccessKey": Verdict.DOWN,
        "MissingAccessKey": Verdict.DOWN,
        "InvalidTimeStamp": Verdict.DOWN,
        "InvalidSecurityToken": Verdict.DOWN,
        "InvalidVersion": Verdict.DOWN,
        "InvalidAction": Verdict.DOWN,
        "Forbidden": Verdict.DOWN,
        "NoPermission": Verdict.DOWN,
    },
)
