from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from messaging.querysets import OptOutQuerySet
from patients.models import Consent

from .kinds import MessageClass


class OptOut(models.Model):
    """Somebody wants no more messages of some classes: at an address, whoever stands behind it, or of one patient.

    The address itself is not kept: a keyed hash finds it again, also when the patient's data are erased.
    """

    class Scope(models.TextChoices):
        OFFERS = "offers", _("Surveys and marketing")
        ALL = "all", _("Care messages, surveys and marketing")

    class Way(models.TextChoices):
        KEYWORD = "keyword", _("Answered with a keyword")
        LINK = "link", _("By the link in a message")
        COLLEAGUE = "colleague", _("Told a colleague")
        CARRIER = "carrier", _("Refused by the recipient's carrier or app")

    channel = models.CharField(_("Channel"), max_length=8, choices=Consent.Channel, blank=True)  # "" all of them
    digest = models.CharField(max_length=64, blank=True)  # of the address; "" where the patient alone is meant
    masked = models.CharField(max_length=80, blank=True)  # the address, for people
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, null=True, related_name="opt_outs")
    scope = models.CharField(_("What stops"), max_length=8, choices=Scope, default=Scope.OFFERS)
    way = models.CharField(_("How"), max_length=10, choices=Way)
    text = models.CharField(_("In these words"), max_length=200, blank=True)  # a keyword, or what a colleague wrote
    source = models.CharField(max_length=80, blank=True)  # e.g. "message:17", "inbound_text:5"
    opted_out_at = models.DateTimeField(_("When"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, null=True, related_name="+")
    lift_reason = models.CharField(_("Why it was lifted"), max_length=200, blank=True)  # with the proof

    objects = OptOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("Opt-out")
        constraints = [
            models.CheckConstraint(name="opt_out_of_somebody", condition=~Q(digest="") | Q(patient__isnull=False)),
            models.CheckConstraint(
                name="opt_out_lifted_with_reason",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lift_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason="")),
            ),
            models.UniqueConstraint(
                fields=["digest", "channel", "scope"],
                name="opt_out_once_an_address",
                condition=~Q(digest="") & Q(lifted_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["patient", "-opted_out_at"], name="opt_out_of_patient")]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.lifted_at is None

    def stops(self, message_class: str, channel: str) -> bool:
        """A carrier, or an app, refuses messages: of calls nobody has said anything then."""
        if self.way == self.Way.CARRIER and channel == Consent.Channel.PHONE:
            return False
        return self.channel in ("", channel) and message_class in STOPPED[self.scope]


# Service messages go on: they are about what the patient has booked, asked or complained about.
STOPPED: dict[str, tuple[str, ...]] = {
    OptOut.Scope.OFFERS: (MessageClass.SURVEY, MessageClass.MARKETING),
    OptOut.Scope.ALL: (MessageClass.CARE, MessageClass.SURVEY, MessageClass.MARKETING),
}
