"""The words that come with the product: which sentences to patients they stop, and which they let pass."""

from functools import cache

import pytest

from institution.models import ReferenceItem
from messaging.rules.wording import CLINICAL, CURE, findings_in
from messaging.services.templates.lists import WordLists, word_lists

BEST = "wording_best"


@pytest.fixture
def lists(db: None) -> WordLists:
    return _as_shipped()


@cache
def _as_shipped() -> WordLists:
    """Read once: no test here changes them."""
    return word_lists()


def kinds(text: str, lists: WordLists) -> set[str]:
    return {each.kind for each in findings_in(text, lists.forbidden, lists.harmless)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{recipient}您好，我院保证治愈白内障，疗效最好。您的青光眼请复查。", {CURE, BEST, CLINICAL}),
        ("三天治好，不再复发", {CURE}),
        ("一次治好，无效退款", {CURE}),
        ("本院包好，治疗无副作用", {CURE}),
        ("所有患者都已痊愈", {CURE}),
        ("妙手回春，一针见效", {CURE}),
        ("疗效最好在我院", {BEST}),
        ("我院技术最好", {BEST}),
        ("请最好的医生为您看病", {BEST}),
        ("眼科全国第一", {BEST}),
        ("眼科全国第一位的选择", {BEST}),
        ("首屈一指的专科医院", {BEST}),
        ("您的近视度数请复查", {CLINICAL}),
        ("黄斑复查提醒", {CLINICAL}),
        ("视网膜手术后一周复诊", {CLINICAL}),
        ("孩子的斜视训练已约好", {CLINICAL}),
        ("骨折后四周请来拍片", {CLINICAL}),
        ("心梗支架术后复查", {CLINICAL}),
        ("胃炎治疗后请复查", {CLINICAL}),
        ("龋齿治疗请按时来", {CLINICAL}),
        ("恭喜您怀孕，请来建册", {CLINICAL}),
        ("艾滋病检测结果已出", {CLINICAL}),
        ("中风康复训练提醒", {CLINICAL}),
        ("银屑病门诊提醒您", {CLINICAL}),
        ("自闭症训练课已约好", {CLINICAL}),
        ("甲状腺结节请复查", {CLINICAL}),
        ("产后盆底炎症复查", {CLINICAL}),
        ("Our laser cured thousands", {CURE}),
        ("Guaranteed results without side effects", {CURE}),
        ("The best doctors of the town", {BEST}),
        ("Unparalleled care by leading experts", {BEST}),
        ("Time to check your cataracts", {CLINICAL}),
        ("Your glaucoma check is due", {CLINICAL}),
        ("Your fracture heals: come on Monday", {CLINICAL}),
        ("After your heart attack: come and see us", {CLINICAL}),
        ("Congratulations, you are pregnant", {CLINICAL}),
        ("Your AIDS test is ready", {CLINICAL}),
        ("Training for children with autism", {CLINICAL}),
    ],
)
def test_a_sentence_that_promises_praises_or_tells_an_illness_is_marked(
    lists: WordLists, text: str, expected: set[str]
) -> None:
    assert kinds(text, lists) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{recipient}您好，您预约了{appointment_at}{department}{doctor}，请准时到达。",
        "检查前最好空腹，最好带上既往病历",
        "您最好先打电话，最好在上午来",
        "最好 8 点前到",
        "最好由家人陪同",
        "最近一次就诊是在{due_on}",
        "最晚请于周五前回复",
        "请尽最大努力按时服药",
        "第一次复诊请带身份证",
        "请到第一住院部二楼",
        "第一阶段训练已完成",
        "市第一人民医院提醒您",
        "祝您早日痊愈",
        "如尚未治愈请继续复诊",
        "伤口包好后请勿沾水",
        "请测一下远视力和近视力",
        "附近视力中心请电话联系",
        "如您怀孕请告知医生",
        "拍片前请说明是否怀孕",
        "请按时接种流感疫苗",
        "乙肝疫苗第二针请于{due_on}前接种",
        "天气炎热，请多饮水",
        "消炎药请饭后服用",
        "手术过程中风险请听医生说明",
        "请到眼科 B12 诊室",
        "视光中心提醒您取镜",
        "请提早产检",
        "人流较多，请提前到达",
        "Please come fasting; it is best to bring an escort",
        "It is best to call before eight",
        "This is the best time to reach us",
        "We will do our best to help you",
        "Tell us if you are pregnant",
        "Your hearing aids are ready",
        "Your influenza vaccine is due",
        "Best regards, your eye clinic",
        "Get well soon",
        "Your appointment is on {appointment_at}: {department}, room No. 1",
    ],
)
def test_a_sentence_that_only_looks_like_it_passes(lists: WordLists, text: str) -> None:
    assert kinds(text, lists) == set()


def test_every_entry_has_a_place_of_its_own_and_is_said_once_in_a_list(db: None) -> None:
    for code in (CURE, BEST, CLINICAL):
        rows = list(ReferenceItem.objects.filter(list__code=code).order_by("position"))
        assert len({row.position for row in rows}) == len(rows)
        assert len({row.label_zh for row in rows}) == len(rows)
        assert len({row.label_en.lower() for row in rows}) == len(rows)
