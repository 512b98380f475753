from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.sealing import CannotBeOpened, unseal
from messaging.querysets import InboundTextQuerySet
from patients.models import Targeted

from .contacts import ContactLog
from .opt_outs import OptOut

SEALED_FOR = "messaging.inbound_text"


class InboundText(Targeted):
    """What somebody answered to a message, once however often the provider pushes it: a keyword, or words to read.

    Words to read stay open until the ring-back is over that the promises make of them.
    """

    channel = models.CharField(_("Channel"), max_length=8, choices=ContactLog.Channel)
    provider = models.CharField(max_length=40)
    provider_id = models.CharField(max_length=120)  # the provider's own name of it
    digest = models.CharField(max_length=64)  # of the number or open id, as in an opt-out
    masked = models.CharField(max_length=80)
    sealed = models.TextField(blank=True)  # the words: they may tell of somebody's health; "" once they are forgotten
    keyword = models.CharField(max_length=8, blank=True)  # "" for words that somebody should read
    opt_out = models.ForeignKey(OptOut, on_delete=models.PROTECT, null=True, related_name="texts")
    said_at = models.DateTimeField()  # as the provider says, else when it came
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, null=True, related_name="+")

    objects = InboundTextQuerySet.as_manager()

    class Meta(Targeted.Meta):
        verbose_name = _("Text received")
        constraints = [
            *Targeted.Meta.constraints,
            models.UniqueConstraint(fields=["provider", "provider_id"], name="inbound_text_once"),
        ]
        indexes = [
            models.Index(fields=["patient", "-received_at"], name="inbound_text_of_patient"),
            models.Index(fields=["digest", "-id"], name="inbound_text_of_sender"),
            models.Index(fields=["id"], name="inbound_text_open", condition=Q(settled_at__isnull=True, keyword="")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"

    @property
    def key(self) -> str:
        """Names the text as the source of a promise."""
        return f"inbound_text:{self.pk}"

    @property
    def text(self) -> str:
        """In clear; "" where it is forgotten, or sealed with another key."""
        try:
            return unseal(self.sealed, purpose=SEALED_FOR) if self.sealed else ""
        except CannotBeOpened:
            return ""
