"""Who works in the demo hospital, and where, by name."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.access import Role

PASSWORD = "demo"  # noqa: S105  shown on the sign-in page of the demo, refused everywhere else


@dataclass(frozen=True)
class Person:
    username: str
    name_zh: str
    name_en: str
    role: Role
    department: str
    number: str
    extension: str
    does: str | Promise

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_zh

    @property
    def initial(self) -> str:
        return self.name[:1]

    @property
    def role_label(self) -> str:
        return str(self.role.label)


@dataclass(frozen=True)
class Place:
    """A department: key, names, official code, kind, the key of the one above, usernames of head and deputy."""

    key: str
    name_zh: str
    name_en: str
    official_code: str
    kind: str
    parent: str = ""
    head: str = ""
    deputy: str = ""


PEOPLE = (
    Person(
        "desk", "赵倩", "Zhao Qian", Role.GUIDE, "service", "D1001", "8101", _("Registers people, records arrivals")
    ),
    Person(
        "line", "陈敏", "Chen Min", Role.CONSULTANT, "service", "D1002", "8102", _("Takes calls, promises to ring back")
    ),
    Person("complaint", "刘洋", "Liu Yang", Role.CUSTOMER_SERVICE, "service", "D1003", "8103", _("Answers complaints")),
    Person(
        "nurse", "周婷", "Zhou Ting", Role.FOLLOWUP_NURSE, "cataract", "D1004", "8204", _("Follows up after discharge")
    ),
    Person(
        "doctor",
        "李明远",
        "Li Mingyuan",
        Role.DOCTOR,
        "cataract",
        "D1005",
        "8205",
        _("Sees patients of the department"),
    ),
    Person(
        "adviser",
        "何静",
        "He Jing",
        Role.HEALTH_ADVISER,
        "checkup",
        "D1006",
        "8306",
        _("Looks after health-check clients"),
    ),
    Person("manager", "孙磊", "Sun Lei", Role.MANAGER, "service", "D1007", "8107", _("Watches promises and figures")),
    Person(
        "admin", "管文", "Guan Wen", Role.ADMINISTRATOR, "it", "D1008", "8100", _("Lets people in, keeps the settings")
    ),
)
COLLEAGUES = (  # they work here too; nobody needs to sign in as one of them
    Person("line2", "许婧", "Xu Jing", Role.CONSULTANT, "service", "D1011", "8111", ""),
    Person("line3", "方晓", "Fang Xiao", Role.CONSULTANT, "service", "D1012", "8112", ""),
    Person("line4", "邹敏", "Zou Min", Role.CONSULTANT, "service", "D1013", "8113", ""),
    Person("desk2", "白雪", "Bai Xue", Role.GUIDE, "service", "D1014", "8114", ""),
    Person("desk3", "金鑫", "Jin Xin", Role.GUIDE, "service", "D1015", "8115", ""),
    Person("nurse2", "石兰", "Shi Lan", Role.FOLLOWUP_NURSE, "glaucoma", "D1016", "8216", ""),
    Person("nurse3", "陶然", "Tao Ran", Role.FOLLOWUP_NURSE, "refractive", "D1017", "8217", ""),
    Person("nurse4", "秦芳", "Qin Fang", Role.FOLLOWUP_NURSE, "children", "D1018", "8218", ""),
    Person("doctor2", "夏朗", "Xia Lang", Role.DOCTOR, "glaucoma", "D1019", "8219", ""),
    Person("doctor3", "江澜", "Jiang Lan", Role.DOCTOR, "refractive", "D1020", "8220", ""),
    Person("doctor4", "尹真", "Yin Zhen", Role.DOCTOR, "children", "D1021", "8221", ""),
    Person("manager2", "侯宁", "Hou Ning", Role.MANAGER, "eye", "D1022", "8222", ""),
)
ON_LINE = ("line", "line2", "line3", "line4", "desk", "desk2", "desk3")  # who takes calls
PLACES = (
    Place("service", "客户服务部", "Patient services", "", "functional", head="manager", deputy="complaint"),
    Place("eye", "眼科", "Ophthalmology", "A10", "clinical", head="doctor", deputy="nurse"),
    Place("cataract", "白内障科", "Cataract", "", "clinical", parent="eye", head="doctor", deputy="nurse"),
    Place("glaucoma", "青光眼科", "Glaucoma", "", "clinical", parent="eye", head="doctor"),
    Place("refractive", "屈光科", "Refractive surgery", "", "clinical", parent="eye", head="doctor"),
    Place("children", "小儿眼科", "Paediatric ophthalmology", "", "clinical", parent="eye", head="doctor"),
    Place("checkup", "健康管理中心", "Health management centre", "A01", "clinical", head="adviser"),
    Place("it", "信息科", "Information technology", "D85", "functional", head="admin"),
)
TEAMS = (
    ("line", "咨询热线组", "Consult line team", "line", ("line", "complaint", "desk")),
    ("followup", "随访组", "Follow-up team", "nurse", ("nurse", "adviser")),
)
PROFILE = {
    "name_zh": "示范眼科医院",
    "name_en": "Demo Eye Hospital",
    "licence_number": "",
    "consult_phone": "0571 5550 0100",
    "complaint_phone": "0571 5550 0199",
    "message_signature": "示范眼科医院",
    "website": "",
    "address_zh": "示范市示范路 1 号",
    "address_en": "1 Demo Road, Demo City",
    "directions_zh": "地铁示范站 B 口出，步行 5 分钟。",
    "directions_en": "Five minutes on foot from Demo station, exit B.",
    "opening_hours_zh": "门诊 8:00–12:00，13:30–17:30；急诊全天",
    "opening_hours_en": "Clinics 8:00–12:00 and 13:30–17:30; emergencies around the clock",
    "support_contact_zh": "信息科，分机 8100",
    "support_contact_en": "IT, extension 8100",
}
