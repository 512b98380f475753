from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Versioned
from hospital_crm.lib.bilingual import Bilingual
from institution.querysets import SettingQuerySet


class Setting(Bilingual, Versioned):
    """A number that a hospital may choose, with its default, its unit and where the default comes from.

    Each app adds its rows by a data migration; nobody adds or removes one by hand.
    """

    class Unit(models.TextChoices):
        SECONDS = "seconds", _("seconds")
        MINUTES = "minutes", _("minutes")
        HOURS = "hours", _("hours")
        DAYS = "days", _("days")
        WORKING_DAYS = "working_days", _("working days")
        MONTHS = "months", _("months")
        YEARS = "years", _("years")
        MEGABYTES = "megabytes", _("MB")
        PERCENT = "percent", _("%")
        COUNT = "count", _("times")
        ITEMS = "items", _("items")
        CLOCK = "clock", _("o'clock")  # an hour of the day
        MONEY = "money", _("CNY")
        SWITCH = "switch", _("(1 yes, 0 no)")

    key = models.CharField(max_length=60, unique=True)
    area = models.CharField(max_length=30)
    label_zh = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120)
    source_zh = models.CharField(max_length=300)
    source_en = models.CharField(max_length=300)
    unit = models.CharField(max_length=12, choices=Unit)
    value = models.DecimalField(_("Value"), max_digits=12, decimal_places=2)
    default = models.DecimalField(max_digits=12, decimal_places=2)
    lowest = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    highest = models.DecimalField(max_digits=12, decimal_places=2)

    objects = SettingQuerySet.as_manager()

    class Meta:
        verbose_name = _("Setting")
        constraints = [
            models.CheckConstraint(
                name="setting_in_its_bounds",
                condition=Q(value__gte=F("lowest"), value__lte=F("highest")),
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.in_reader_language("label")

    @property
    def source(self) -> str:
        return self.in_reader_language("source")

    @property
    def value_text(self) -> str:
        return self._text(self.value)

    @property
    def default_text(self) -> str:
        return self._text(self.default)

    def _text(self, number: Decimal) -> str:
        return f"{number.normalize():f} {self.get_unit_display()}"

    @property
    def is_changed(self) -> bool:
        return self.value != self.default
