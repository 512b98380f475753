from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Versioned
from hospital_crm.lib.bilingual import Bilingual
from institution.querysets import ReferenceItemQuerySet


class ReferenceList(Bilingual, models.Model):
    """A list of choices that the hospital keeps itself, e.g. where a patient heard of it."""

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    hint_zh = models.CharField(max_length=200, blank=True)
    hint_en = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.in_reader_language("name")

    @property
    def hint(self) -> str:
        return self.in_reader_language("hint")


class ReferenceItem(Bilingual, Versioned):
    """One choice. It is never deleted, since old records point at it; it is taken out of use."""

    list = models.ForeignKey(ReferenceList, on_delete=models.PROTECT, related_name="items")
    code = models.SlugField(
        _("Code"), max_length=40, help_text=_("Small letters, digits, hyphen, underscore; used by imports and the API")
    )
    label_zh = models.CharField(_("Chinese label"), max_length=60)
    label_en = models.CharField(_("English label"), max_length=80)
    position = models.PositiveSmallIntegerField(_("Position"), default=100)
    is_active = models.BooleanField(_("In use"), default=True)

    objects = ReferenceItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("List entry")
        constraints = [
            models.UniqueConstraint(
                fields=["list", "code"],
                name="reference_item_code_once",
                violation_error_message=_("This list has the code already."),
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.in_reader_language("label")
