"""What the demo hospital owes, has kept and has talked about, told from the moment of the seeding."""

from dataclasses import dataclass
from datetime import timedelta

from promises.models import Promise

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Name, sex, year of birth, department. The phones are 138 0000 2001 and on: they belong to nobody.
PATIENTS = (
    ("张桂兰", "female", 1954, "cataract"),
    ("何建平", "male", 1960, "cataract"),
    ("吴海燕", "female", 1991, "children"),
    ("陈国强", "male", 1968, "glaucoma"),
    ("孙丽华", "female", 1965, "cataract"),
    ("林晓", "female", 2002, "refractive"),
    ("郑明", "male", 1957, "cataract"),
    ("王建军", "male", 1979, "glaucoma"),
    ("欧阳静", "female", 1986, "refractive"),
    ("单雄", "male", 1949, "cataract"),
    ("曾雨", "female", 1972, "checkup"),
    ("李小满", "female", 2018, "children"),
    ("赵德顺", "male", 1944, "cataract"),
    ("周文静", "female", 1999, "refractive"),
    ("徐志远", "male", 1983, "checkup"),
    ("马秀莲", "female", 1951, "cataract"),
    ("朱国栋", "male", 1963, "glaucoma"),
    ("胡蓉", "female", 1977, "checkup"),
    ("郭大勇", "male", 1970, "cataract"),
    ("罗美玲", "female", 1989, "refractive"),
    ("梁一诺", "male", 2016, "children"),
    ("宋玉珍", "female", 1948, "cataract"),
    ("唐家骏", "male", 1994, "refractive"),
    ("许春梅", "female", 1966, "glaucoma"),
    ("韩立新", "male", 1959, "cataract"),
    ("冯晓岚", "female", 1981, "checkup"),
    ("董浩然", "male", 2001, "refractive"),
    ("程淑芬", "female", 1953, "cataract"),
    ("Anna Petrova", "female", 1990, "refractive"),
    ("袁伟", "male", 1975, "glaucoma"),
)
GUARDIANS = {"李小满": "李志强", "梁一诺": "梁建波"}  # of those under 14
FOLLOW_UPS = ("术后 1 天回访：眼压、疼痛、用药", "术后 1 周回访：视力和用药", "复查前提醒：停药和陪同")


@dataclass(frozen=True)
class Owed:
    """One promise: whose (a person, or "team:" and a team), to whom, what, made and due how long from the seeding."""

    owner: str
    patient: int
    kind: Promise.Kind
    note: str
    made: timedelta
    due: timedelta


RING, ASK, SEND, LOOK = (
    Promise.Kind.RING_BACK,
    Promise.Kind.ASK_SPECIALIST,
    Promise.Kind.SEND_INFORMATION,
    Promise.Kind.LOOK_INTO,
)
OPEN = (
    Owed("line", 0, RING, "回电告知：右眼术后眼药水能否停用", -3 * HOUR, -24 * MINUTE),
    Owed("line", 7, RING, "告知青光眼药物是否可与降压药同服", -2 * HOUR, -11 * MINUTE),
    Owed("line", 5, SEND, "发送近视手术术前检查须知", -HOUR, 18 * MINUTE),
    Owed("line", 4, RING, "告知医保报销比例与自付金额", -HOUR, 52 * MINUTE),
    Owed("line", 13, RING, "确认停戴隐形眼镜的天数", -HOUR, 3 * HOUR),
    Owed("line", 8, SEND, "发送近视手术价格单", -2 * HOUR, 5 * HOUR),
    Owed("line", 22, RING, "预约周末检查的空位", -2 * HOUR, DAY),
    Owed("desk", 9, RING, "找到遗失的检查单后通知", -4 * HOUR, -8 * MINUTE),
    Owed("desk", 14, SEND, "发送体检当天路线与停车说明", -HOUR, 2 * HOUR),
    Owed("complaint", 29, LOOK, "查明收费说明不清的原因并答复", -5 * HOUR, -40 * MINUTE),
    Owed("complaint", 16, RING, "回电说明复查改期的经过", -2 * HOUR, 90 * MINUTE),
    Owed("doctor", 3, ASK, "眼压波动，是否提前复查", -3 * HOUR, -15 * MINUTE),
    Owed("doctor", 11, ASK, "儿童散光验光复查的间隔", -2 * HOUR, 4 * HOUR),
    Owed("adviser", 10, RING, "讲解体检报告中的眼底结果", -DAY, 35 * MINUTE),
    Owed("adviser", 17, SEND, "发送复查项目与价格", -DAY, DAY),
    Owed("manager", 23, LOOK, "核实候诊超过一小时的反映", -DAY, 6 * HOUR),
    Owed("line", 19, RING, "告知近视手术后何时可以化妆", -2 * HOUR, -5 * MINUTE),
    Owed("line", 25, LOOK, "核对重复收取的挂号费", -DAY, 2 * HOUR),
    Owed("team:line", 24, RING, "询问白内障手术住院天数", -50 * MINUTE, 2 * HOUR),
    Owed("team:followup", 27, RING, "家属询问换药时间", -20 * MINUTE, 3 * HOUR),
)
KEPT = (  # due, then when it was kept
    *((-DAY + n * 20 * MINUTE, -DAY + n * 20 * MINUTE - 10 * MINUTE) for n in range(10)),
    (-DAY, -DAY + 3 * HOUR),
    *((-n * 10 * MINUTE, -n * 10 * MINUTE - 5 * MINUTE) for n in range(1, 6)),
)
# Person, topic, question, answer, how long before the seeding.
CALLS = (
    (0, "after_operation", "右眼术后眼药水能否停用", "问过医生后回电", 3 * HOUR),
    (4, "insurance", "白内障手术医保报销多少", "核对后回电", HOUR),
    (5, "operation", "近视手术术前要做哪些检查", "已说明，稍后发送须知", HOUR),
    (12, "directions", "地铁怎么走", "示范站 B 口出，步行 5 分钟", 2 * HOUR),
    (18, "directions", "周日有没有门诊", "周日上午有门诊", DAY),
    (20, "directions", "儿童验光几点截止", "下午五点前到", DAY + HOUR),
)
