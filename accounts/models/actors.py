from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Actor(models.Model):
    """Who did something: one of the staff, a patient through a link, another system, or this one by itself."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("Staff")
        LINK = "link", _("Patient's link")
        SYSTEM = "system", _("The system itself")
        INTEGRATION = "integration", _("Another system")

    kind = models.CharField(max_length=12, choices=Kind)
    staff = models.OneToOneField("accounts.Staff", on_delete=models.PROTECT, null=True, related_name="actor")
    code = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="actor_is_staff_or_has_code",
                condition=Q(kind="staff", staff__isnull=False, code="")
                | (~Q(kind="staff") & Q(staff__isnull=True) & ~Q(code="")),
            ),
            models.UniqueConstraint(name="actor_code_once", fields=["kind", "code"], condition=~Q(kind="staff")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language."""
        if self.staff is not None:
            return self.staff.name
        if self.kind == self.Kind.LINK:
            return gettext("Patient's link")
        return gettext("The system itself") if self.kind == self.Kind.SYSTEM else self.code
