from django.db import models
from django.utils.translation import gettext_lazy as _


class NumberSequence(models.Model):
    """Counts up without gaps: "TS-2026-0087". The counter starts anew with each period."""

    class Period(models.TextChoices):
        NEVER = "never", _("Never")
        YEAR = "year", _("Every year")
        MONTH = "month", _("Every month")

    code = models.SlugField(max_length=40, unique=True)
    prefix = models.CharField(max_length=10)
    period = models.CharField(max_length=6, choices=Period, default=Period.YEAR)
    digits = models.PositiveSmallIntegerField(default=4)
    current_period = models.CharField(max_length=6, blank=True)
    last_number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.code
