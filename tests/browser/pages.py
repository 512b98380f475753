"""What an administrator can open, with a row for each page that needs one."""

from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, Staff
from institution.models import CalendarDay, ReferenceItem, Setting, WorkingCalendar
from institution.services.calendar_days import add_days
from institution.services.calendars import create_calendar
from messaging.models import GatewaySetup
from messaging.services.setups import add_group
from tests import make
from tests.messaging.channels import setup_of
from tests.messaging.templates import certificate, draft_of, offer, publish, template

NO_SUCH_PAGE = "/there-is-no-such-page/"
PLAIN = """dashboards:workbench dashboards:keys institution:settings_index institution:profile_edit
    institution:setting_list institution:list_list messaging:notes
    accounts:staff_list accounts:staff_create
    accounts:department_list accounts:department_create accounts:team_list accounts:team_create
    accounts:audit_list accounts:my_account account_change_password mfa_index jobs:job_list""".split()


def pages(colleague: Staff) -> list[str]:
    rows: dict[str, int | str] = {
        "accounts:staff_detail": colleague.pk,
        "accounts:staff_edit": colleague.pk,
        "accounts:staff_deactivate": colleague.pk,
        "accounts:staff_reset_password": colleague.pk,
        "accounts:absence_create": colleague.pk,
        "accounts:department_edit": Department.objects.earliest("pk").pk,
        "accounts:team_edit": make.team("咨询热线组", colleague, name_en="Consult line team").pk,
        "institution:list_detail": "insurance",
        "institution:item_create": "insurance",
        "institution:item_edit": ReferenceItem.objects.earliest("pk").pk,
        "institution:setting_edit": Setting.objects.earliest("pk").pk,
    }
    return [
        *(reverse(name) for name in PLAIN),
        *(reverse(name, args=[row]) for name, row in rows.items()),
        *calendars(Department.objects.earliest("pk")),
        *channels(Department.objects.earliest("pk")),
        *templates(),
        *(reverse(f"messaging:{name}") for name in ("outbox", "delivery")),
        NO_SUCH_PAGE,
    ]


def calendars(place: Department) -> list[str]:
    """The hospital's and a department's, a deadline that is explained, a year that nobody has confirmed and one."""
    by, hospital, today = {"actor": make.by(), "at": make.THEN}, WorkingCalendar.objects.of_hospital(), "2026-12-30"
    own = create_calendar(department=place, **by)  # type: ignore[arg-type]
    values, day = {"kind": CalendarDay.Kind.DAY_OFF, "name_zh": "院庆", "name_en": "Founding day"}, make.THEN.date()
    founding = add_days(calendar=own, first=day, last=day, values=values, **by)  # type: ignore[arg-type]
    shown = reverse("institution:calendar_detail", args=[hospital.pk])
    return [
        *(reverse(f"institution:{name}") for name in ("calendar_list", "calendar_create")),
        *(reverse("institution:calendar_detail", args=[each.pk]) for each in (hospital, own)),
        *(f"{shown}?{query}" for query in ("year=2029", f"start={today}T16:00&amount=5&unit=days")),
        *(reverse(f"institution:{name}", args=[own.pk]) for name in ("calendar_edit", "calendar_remove", "day_create")),
        *(reverse(f"institution:{name}", args=[founding.pk]) for name in ("day_edit", "day_remove")),
        *(reverse(f"institution:{name}", args=[hospital.pk, 2029]) for name in ("year_take_over", "year_confirm")),
        reverse("institution:year_withdraw", args=[hospital.pk, 2026]),
    ]


def channels(place: Department) -> list[str]:
    """Of each provider, in use or not filled in yet, and a department's group."""
    setup_of("aliyun")
    add_group(department=place, actor=make.by(), at=timezone.now())
    setups = GatewaySetup.objects.in_order()
    return [
        *(reverse(f"messaging:{name}") for name in ("channel_list", "group_create")),
        *(reverse("messaging:channel_edit", args=[setup.pk]) for setup in setups),
    ]


def templates() -> list[str]:
    """One with a text that is sent, and the draft of another."""
    now = timezone.now()
    row = template(now)
    sent = publish(draft_of(row), now)
    other = template(now, code="come_soon", language="en", text="{recipient}, come to {department} by {due_on}.")
    draft = draft_of(other)
    advertised = draft_of(offer(now))
    old = publish(draft_of(offer(now, code="gone")), now, **certificate(timezone.localdate()))
    of_draft = ("edit", "publish", "retire")
    return [
        *(reverse(f"messaging:{name}") for name in ("template_list", "template_create")),
        *(reverse(f"messaging:{name}", args=[row.pk]) for name in ("template_detail", "template_edit")),
        reverse("messaging:template_version_create", args=[row.pk, "en"]),
        *(reverse(f"messaging:template_version_{name}", args=[draft.pk]) for name in of_draft),
        *(reverse(f"messaging:{name}", args=[sent.pk]) for name in ("template_version_register", "template_preview")),
        reverse("messaging:template_version_publish", args=[advertised.pk]),
        reverse("messaging:template_detail", args=[old.template_id]),
        reverse("messaging:template_version_renew_certificate", args=[old.pk]),
    ]
