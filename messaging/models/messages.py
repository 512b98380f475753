from __future__ import annotations

from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability
from accounts.models import Concerning, Staff
from messaging.querysets import MAY_STILL_GO, MessageQuerySet
from messaging.querysets.measures import CURABLE, WITHHELD_FOR_WANT
from messaging.rules import mask_address
from messaging.rules.silence import is_silence
from patients.models import Contact, Organisation, Patient, Target, exactly_one

from .kinds import KIND_NAMES, MessageClass
from .purposes import PURPOSES
from .templates import TemplateVersion

ABOUT = ("about_patient", "about_contact", "about_organisation")
ABOUT_NOBODY = Q(**{f"{column}__isnull": True for column in ABOUT})


class Channel(models.TextChoices):
    IN_APP = "in_app", _("In the app")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    WECHAT = "wechat", _("WeChat")
    WECOM = "wecom", _("WeCom group")


class Message(Concerning):
    """Something to say to one person at one time over one channel; worded when somebody reads it.

    queued → claimed → handed over → sent, failed or unknown; or withheld, cancelled, expired before that. Every step
    is one conditional UPDATE in `messaging.services`. A note in the app is a message like any other, but that nothing
    has to be handed over: it is in the reader's list once it is sent.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        CLAIMED = "claimed", _("Being checked")
        HANDED_OVER = "handed_over", _("Handed over")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")
        WITHHELD = "withheld", _("Withheld")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Too late")

    class Reason(models.TextChoices):
        """Why it was not sent, or not surely."""

        EXPIRED = "expired", _("Its time had passed before it could be sent.")
        RECIPIENT_LEFT = "recipient_left", _("The colleague has left.")
        DECEASED = "deceased", _("The patient has died.")
        HELD = "held", _("Messages to this patient are on hold.")
        OPTED_OUT = "opted_out", _("The recipient wants no such messages any more.")
        NO_CONSENT = "no_consent", _("There is no consent to such messages.")
        NO_CERTIFICATE = "no_certificate", _("It advertises, and no certificate of it is valid on that day.")
        QUIET = "quiet", _("These are quiet hours for such messages.")
        CAPPED = "capped", _("The hospital has reached out to the recipient often enough lately.")
        NO_ADDRESS = "no_address", _("There is no address for this channel.")
        BAD_ADDRESS = "bad_address", _("The address cannot be right.")
        NOT_SET_UP = "not_set_up", _("This channel is not set up here.")
        NO_TEMPLATE = "no_template", _("The provider in use has not approved these words: register the template there.")
        REFUSED = "refused", _("The other side refused it for good.")
        SPENT = "spent", _("It could not be handed over, however often it was tried.")
        BROKEN = "broken", _("Its text could not be made.")
        NO_ANSWER = "no_answer", _("It was handed over, and nobody knows whether it arrived.")
        RESTORED = "restored", _("It was due before a back-up was restored, and may have been sent since.")
        NOT_ARRIVED = "not_arrived", _("It did not arrive; a colleague gave it up.")
        NOT_DELIVERED = "not_delivered", _("The provider took it and reports that it did not arrive.")
        NOT_NEEDED = "not_needed", _("It was no longer needed.")

    class Fate(models.TextChoices):
        """What the provider told later of a message that it took."""

        DELIVERED = "delivered", _("Delivered")
        NOT_DELIVERED = "not_delivered", _("Did not arrive")

    dedupe_key = models.CharField(max_length=160)  # unique; carries the revision: "promise:17:r3:due"
    source = models.CharField(max_length=80)  # what it is about, e.g. "promise:17"; only a label and a key
    channel = models.CharField(_("Channel"), max_length=8, choices=Channel)
    message_class = models.CharField(max_length=10, choices=MessageClass)
    kind = models.CharField(_("Kind"), max_length=40)
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    template_version = models.ForeignKey(
        TemplateVersion, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False
    )  # the words of what goes to patients; params["values"] fills them

    # Each step of a message writes its row anew, with one entry in every index that it stands in. So no column has an
    # index of its own here: `indexes` below holds one for each question, and only of the rows that the question means.
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False
    )
    about_patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, null=True, related_name="messages_about", db_index=False
    )
    about_contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, related_name="messages_about", db_index=False
    )
    about_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="messages_about", db_index=False
    )
    department = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    queued_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+", db_index=False)
    queued_at = models.DateTimeField()
    send_at = models.DateTimeField(_("To be sent"))
    due_at = models.DateTimeField()  # as send_at, later after a try that did not succeed
    expires_at = models.DateTimeField()

    state = models.CharField(_("State"), max_length=12, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=16, choices=Reason, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # how often it was handed over
    claim = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=254, blank=True)  # to which it was handed over last
    receipt = models.CharField(max_length=200, blank=True)
    provider = models.CharField(max_length=10, blank=True)  # to whom it was handed over last; "" without providers
    reference = models.CharField(max_length=32, blank=True)  # ours, which the provider hands back
    fate = models.CharField(max_length=13, choices=Fate, blank=True)
    delivered_at = models.DateTimeField(null=True)
    provider_code = models.CharField(max_length=60, blank=True)  # the provider's own word for what became of it
    parts = models.PositiveSmallIntegerField(null=True)  # text messages that were paid
    cost = models.DecimalField(max_digits=8, decimal_places=4, null=True)  # CNY, for all parts
    ask_at = models.DateTimeField(null=True)  # when the provider is asked (again) what became of it
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        "accounts.Actor", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(null=True)  # its reason ended while it was out of our hands: no second try
    in_doubt = models.BooleanField(default=False)  # an earlier hand-over may have arrived all the same
    read_at = models.DateTimeField(null=True)
    is_forgotten = models.BooleanField(default=False)  # its time of keeping is over: no address, no values

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("Message")
        constraints = [
            models.UniqueConstraint(name="message_dedupe_key", fields=["dedupe_key"]),
            models.CheckConstraint(
                name="message_to_one", condition=exactly_one("staff", "patient", "contact", "organisation")
            ),
            models.CheckConstraint(
                name="message_about_one",
                condition=ABOUT_NOBODY | (Q(staff__isnull=False) & exactly_one(*ABOUT)),
            ),
            models.CheckConstraint(name="message_expires_later", condition=Q(expires_at__gt=F("send_at"))),
            models.CheckConstraint(
                name="message_settled_when_over",
                condition=Q(state__in=["queued", "claimed", "handed_over", "unknown"], settled_at__isnull=True)
                | Q(state__in=["sent", "failed", "withheld", "cancelled", "expired"], settled_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["-send_at", "-id"], name="message_newest"),
            models.Index(fields=["channel", "due_at", "id"], name="message_due", condition=Q(state="queued")),
            models.Index(
                fields=["state", "claim"], name="message_moving", condition=Q(state__in=["claimed", "handed_over"])
            ),
            models.Index(
                fields=["state", "-id"], name="message_for_person", condition=Q(state__in=["failed", "unknown"])
            ),
            models.Index(fields=["send_at"], name="message_not_ready", condition=WITHHELD_FOR_WANT),
            models.Index(
                fields=["source"],
                name="message_open_source",
                condition=Q(state__in=MAY_STILL_GO),
            ),
            models.Index(
                fields=["staff", "-settled_at", "-id"],
                name="message_note",
                condition=Q(channel="in_app", state="sent"),
            ),
            models.Index(
                fields=["staff", "-settled_at", "-id"],
                name="message_unread_note",
                condition=Q(channel="in_app", state="sent", read_at__isnull=True),
            ),
            models.Index(
                fields=["provider", "receipt"], name="message_receipt", condition=Q(provider__gt="", receipt__gt="")
            ),
            models.Index(fields=["reference"], name="message_reference", condition=Q(reference__gt="")),
            models.Index(fields=["ask_at"], name="message_to_ask", condition=Q(ask_at__isnull=False)),
            models.Index(
                fields=["department", "-id"], name="message_in_department", condition=Q(department__isnull=False)
            ),
            models.Index(
                fields=["kind", "-id"],
                name="message_of_no_department",
                condition=Q(department__isnull=True, staff__isnull=True),
            ),
            models.Index(fields=["queued_by", "-id"], name="message_queued_by"),
            models.Index(fields=["staff"], name="message_to_staff", condition=Q(staff__isnull=False)),
            models.Index(
                fields=["patient", "handed_over_at"], name="message_to_patient", condition=Q(patient__isnull=False)
            ),
            models.Index(fields=["contact"], name="message_to_contact", condition=Q(contact__isnull=False)),
            models.Index(
                fields=["about_patient"], name="message_about_patient", condition=Q(about_patient__isnull=False)
            ),
            models.Index(
                fields=["about_contact"], name="message_about_contact", condition=Q(about_contact__isnull=False)
            ),
            models.Index(fields=["settled_by"], name="message_settled_by", condition=Q(settled_by__isnull=False)),
            models.Index(
                fields=["address", "handed_over_at"],
                name="message_to_address",
                condition=Q(staff__isnull=True, address__gt=""),
            ),
            models.Index(
                fields=["settled_at"],
                name="message_to_forget",
                condition=Q(staff__isnull=True, is_forgotten=False, settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @staticmethod
    def guarded_kinds() -> dict[str, Capability]:
        """Of which not everybody may know that there is one, each with what lets one."""
        return {each.code: each.needs for each in PURPOSES.values() if each.needs is not None}

    @property
    def recipient(self) -> Staff | Target:
        found = self.staff or self.patient or self.contact or self.organisation
        assert found is not None  # noqa: S101  the table's constraint says so
        return found

    @property
    def person(self) -> Patient | None:
        """To whom on file it goes; sees a prefetch of `contact__became`."""
        return self.contact.became if self.contact else self.patient

    @property
    def about(self) -> Target | None:
        """Whom a note to staff is about."""
        return self.about_patient or self.about_contact or self.about_organisation

    @property
    def kind_name(self) -> str:
        """In the reader's language; tells nothing about anybody."""
        return str(KIND_NAMES.get(self.kind, self.kind))

    @property
    def is_urgent(self) -> bool:
        """It answers what the patient does this minute: quiet hours do not hold it up."""
        purpose = PURPOSES.get(self.kind)
        return purpose is not None and purpose.goes_at_any_hour(self.message_class)

    @property
    def template_name(self) -> str:
        """Kind "promises.due" is worded for the app by promises/messages/due.html."""
        return worded_by(self.kind, "html")

    @property
    def letter_template_name(self) -> str:
        """Kind "promises.due" is worded for what leaves the house by promises/messages/due.txt."""
        return worded_by(self.kind, "txt")

    @property
    def masked_address(self) -> str:
        """Where it went outside the house, or would go; "" in the app."""
        if self.channel == Channel.IN_APP:
            return ""
        if self.channel == Channel.WECOM:
            return self.address  # the name of a group of colleagues
        address = self.address or (self.staff.email if self.staff and self.channel == Channel.EMAIL else "")
        return mask_address(address) if address else ""

    @property
    def waits_until(self) -> datetime | None:
        """When it may go that must not go yet: quiet hours, or the cap."""
        return self.due_at if self.state == self.State.QUEUED and self.reason else None

    @property
    def needs_somebody(self) -> bool:
        """No rule can settle it."""
        return self.state in (self.State.FAILED, self.State.UNKNOWN)

    @property
    def is_sent_by_word(self) -> bool:
        """Nobody knew, and somebody said that it had arrived."""
        return self.state == self.State.SENT and self.settled_by_id is not None

    @property
    def is_to_retry(self) -> bool:
        """As `to_retry` finds it."""
        is_curable = self.state == self.State.WITHHELD and self.reason in CURABLE and self.staff_id is None
        return is_curable or self.state == self.State.FAILED

    @property
    def met_silence(self) -> bool:
        """The provider was not reached, or gave no whole answer: what is kept as its code is none."""
        return is_silence(self.provider_code)

    def may_go_again(self, at: datetime) -> bool:
        """What it was about stands still, and its time has not passed."""
        return self.withdrawn_at is None and self.expires_at > at

    @property
    def is_open(self) -> bool:
        """Still ours: on its way as long as nobody cancels it."""
        return self.state in (self.State.QUEUED, self.State.CLAIMED)


def worded_by(kind: str, ending: str) -> str:
    app, _, name = kind.partition(".")
    return f"{app}/messages/{name}.{ending}"
