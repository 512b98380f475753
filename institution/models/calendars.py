from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Versioned
from hospital_crm.lib.bilingual import Bilingual
from hospital_crm.lib.worktime import MONDAY, SUNDAY, Range, SpecialDay
from hospital_crm.lib.worktime import Kind as WorktimeKind
from institution.querysets import CalendarDayQuerySet, WorkingCalendarQuerySet


class Weekday(models.IntegerChoices):
    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class WorkingCalendar(Bilingual, Versioned):
    """When somebody is there: the hospital's calendar (no department) or a department's own."""

    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    department = models.OneToOneField(
        "accounts.Department",
        verbose_name=_("Department"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="working_calendar",
    )
    follows_hospital = models.BooleanField(
        _("The hospital's days off and make-up days hold here too"),
        default=True,
        help_text=_("Without the tick only the days of this calendar count: for whoever works on holidays too."),
    )
    updated_at = models.DateTimeField(editable=False, db_default=Now())  # the first rows came before the column

    objects = WorkingCalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("Working calendar")
        constraints = [
            models.UniqueConstraint(
                models.Case(models.When(department__isnull=True, then=models.Value(1))), name="one_hospital_calendar"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Of the department as it is called now; in the reader's language."""
        return self.department.name if self.department else self.in_reader_language("name")

    def week(self) -> dict[int, list[Range]]:
        """The ranges of each weekday that has some, in their order."""
        week: dict[int, list[Range]] = {}
        for hours in sorted(self.hours.all(), key=lambda row: (row.weekday, row.opens_at)):
            week.setdefault(hours.weekday, []).append(hours.range)
        return week


class WorkingHours(models.Model):
    """One range of a weekday (1 = Monday … 7 = Sunday); a lunch break makes two. To midnight is until 00:00."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens_at = models.TimeField()
    closes_at = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="working_hours_weekday", condition=Q(weekday__gte=MONDAY, weekday__lte=SUNDAY)),
            models.CheckConstraint(
                name="working_hours_close_later", condition=Q(closes_at__gt=F("opens_at")) | Q(closes_at="00:00")
            ),
            models.UniqueConstraint(name="working_hours_once", fields=["calendar", "weekday", "opens_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.range}"

    @property
    def range(self) -> Range:
        return Range.between(self.opens_at, self.closes_at)


class CalendarDay(Bilingual, Versioned):
    """A day unlike its weekday: a statutory day off, a make-up working day (调休), or the hospital's own."""

    class Kind(models.TextChoices):
        DAY_OFF = "day_off", _("Day off")
        MAKE_UP = "make_up", _("Make-up working day")

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="days")
    on = models.DateField(_("Day"))
    kind = models.CharField(_("Kind"), max_length=8, choices=Kind, default=Kind.DAY_OFF)
    name_zh = models.CharField(_("Chinese name"), max_length=60, blank=True)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    stands_for = models.PositiveSmallIntegerField(
        _("A make-up day has the hours of"), choices=Weekday, default=Weekday.MONDAY
    )
    is_official = models.BooleanField(default=False, editable=False)  # as the official list says it

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("Day of a calendar")
        constraints = [
            models.UniqueConstraint(
                name="calendar_day_once",
                fields=["calendar", "on"],
                violation_error_message=_("This calendar says something about that day already."),
            ),
            models.CheckConstraint(
                name="calendar_day_stands_for", condition=Q(stands_for__gte=MONDAY, stands_for__lte=SUNDAY)
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (f"{self.on:%Y-%m-%d}", self.get_kind_display(), self.name) if part)

    @property
    def name(self) -> str:
        """In the reader's language; may be empty."""
        return self.in_reader_language("name")

    @property
    def is_off(self) -> bool:
        return self.kind == self.Kind.DAY_OFF

    @property
    def special(self) -> SpecialDay:
        """As working time is counted with it."""
        return SpecialDay(WorktimeKind(self.kind), self.name_zh, self.name_en, self.stands_for)


class ConfirmedYear(models.Model):
    """Somebody has checked the days of this year against the official notice."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="confirmed_years")
    year = models.PositiveSmallIntegerField()
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("Confirmed year")
        constraints = [models.UniqueConstraint(name="confirmed_year_once", fields=["calendar", "year"])]

    def __str__(self) -> str:
        return str(self.year)
