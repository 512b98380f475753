"""As many people as are wanted, each always the same: by their rank. They and their numbers belong to nobody."""

from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from accounts.models import Department
from hospital_crm.lib.phones import COUNTRY_CODE, PhoneNumber
from patients.models import Sex
from patients.services.bulk import NewPatient
from patients.services.patients import NewPhone

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁"
    "潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦"
)
COMPOUND = ("欧阳", "上官", "司马", "诸葛")
GIVEN = {
    Sex.FEMALE: "娜敏静丽艳娟秀英霞桂兰玉华红梅雪荣爱春晓燕佳欣怡雨彤诗琪美玲淑珍凤莲菊秋翠柳蕾蓉莹",
    Sex.MALE: "伟强磊军洋勇杰涛明超平刚建国文辉力鑫波斌宇浩凯健俊帆永海云飞志新东小龙子轩宸思博嘉",
}
FLATTER = 0.8  # how much rarer each next surname is
OLDEST_YEARS = 90
PREFIX = "154"  # mobile numbers that no operator was given


def _weights(count: int) -> list[float]:
    return list(accumulate((rank + 1) ** -FLATTER for rank in range(count)))


COMMON = _weights(len(SURNAMES))


def name(random: Random, sex: Sex) -> str:
    compound = random.random() < 0.004  # as rare as they are
    surname = random.choice(COMPOUND) if compound else random.choices(SURNAMES, cum_weights=COMMON)[0]
    return surname + "".join(random.choice(GIVEN[sex]) for _ in range(1 if random.random() < 0.2 else 2))


def number(rank: int) -> PhoneNumber:
    digits = f"{PREFIX}{rank:08d}"
    return PhoneNumber(digits, f"+{COUNTRY_CODE}{digits}", "", is_valid=False)


def person(
    random: Random, rank: int, department: Department, registered_at: datetime, last_contact_at: datetime | None
) -> NewPatient:
    sex = random.choice((Sex.FEMALE, Sex.MALE))
    born = registered_at.date() - timedelta(days=random.randrange(365, OLDEST_YEARS * 365))
    values = {"name": name(random, sex), "sex": sex, "birth_date": born, "department": department}
    return NewPatient(values, registered_at, [NewPhone(number(rank))], last_contact_at)
