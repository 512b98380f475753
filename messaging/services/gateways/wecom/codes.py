"""Error codes of a group robot (developer.work.weixin.qq.com, documents 90455 and 91770).

-1, 40008 and 40035 were read on the page of codes; 93000 ("invalid webhook url") and 45009 ("api freq out of limit") in
users' reports. Unverified: 93004, 93008 (the robot is off, or not in the group any more), 44004 and 40058.
"""

from messaging.services.gateways.refusals import Codes, Verdict

CODES = Codes(
    by_name={
        Verdict.TEMPORARY: "-1",
        Verdict.DOWN: "45009 45033 93000 93004 93008",
        Verdict.PERMANENT: "40008 40035 40058 44004",
    },
    by_beginning={},
)
