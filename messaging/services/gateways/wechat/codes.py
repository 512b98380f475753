"""Return codes of official accounts ("全局返回码说明", read in copies of the page by others).

43101 is not on that page: kejiweixun.com/note/202306280919 and users of the forum report it for templates that the
reader has switched off. Unverified: 45009, 45011 for template messages, 40164, 40243 and 48004.
"""

from messaging.services.gateways.refusals import Codes, Verdict

STALE = frozenset({40001, 40014, 42001})  # the access token is not valid any more: fetch another, once
CODES = Codes(
    by_name={
        # does not follow the account (any more), or has switched the template off
        Verdict.BLOCKED: "43004 43101",
        Verdict.TEMPORARY: "-1",  # 系统繁忙，此时请开发者稍候再试
        Verdict.DOWN: "40001 40013 40014 40125 40164 40243 41001 41002 41004 42001 45009 45011 48001 48004 50001 50002",
        # 40003 openid, 40037 template, 47003 values
        Verdict.PERMANENT: "40003 40037 47003",
    },
    by_beginning={},
)
