from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.bilingual import Bilingual
from institution.querysets import WorkingCalendarQuerySet


class WorkingCalendar(Bilingual, models.Model):
    """When somebody is there: the hospital's calendar (no department) or a department's own."""

    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    department = models.OneToOneField(
        "accounts.Department", on_delete=models.PROTECT, null=True, blank=True, related_name="working_calendar"
    )

    objects = WorkingCalendarQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Case(models.When(department__isnull=True, then=models.Value(1))), name="one_hospital_calendar"
            )
        ]

    def __str__(self) -> str:
        return self.in_reader_language("name")


class WorkingHours(models.Model):
    """One range of a weekday (1 = Monday … 7 = Sunday); a lunch break makes two."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens_at = models.TimeField()
    closes_at = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="working_hours_weekday", condition=Q(weekday__gte=1, weekday__lte=7)),
            models.CheckConstraint(name="working_hours_close_later", condition=Q(closes_at__gt=F("opens_at"))),
            models.UniqueConstraint(name="working_hours_once", fields=["calendar", "weekday", "opens_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"


class CalendarDay(Bilingual, models.Model):
    """A day unlike its weekday: a statutory day off, a make-up working day (调休), or the hospital's own."""

    class Kind(models.TextChoices):
        DAY_OFF = "day_off", _("Day off")
        MAKE_UP = "make_up", _("Make-up working day")

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="days")
    on = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind)
    name_zh = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="calendar_day_once", fields=["calendar", "on"])]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.kind}"


class ConfirmedYear(models.Model):
    """Somebody has checked the days of this year against the official notice."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="confirmed_years")
    year = models.PositiveSmallIntegerField()
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="confirmed_year_once", fields=["calendar", "year"])]

    def __str__(self) -> str:
        return str(self.year)
