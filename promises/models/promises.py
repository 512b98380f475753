from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Concerning
from patients.models import Target, Targeted, exactly_one
from promises.querysets.conditions import FROM_TEXT, OF_ROWS, OPEN, TARGETS
from promises.querysets.promises import PromiseQuerySet


class Promise(Concerning, Targeted):
    """What somebody owes a person or an organisation, and until when; a look to check is owed to the hospital alone.

    It belongs to an owner; or to a team, until one of its people takes it. A hand-over changes the owner only when it
    is accepted: until then `pending_owner` was asked, and the owner still owes. `revision` rises whenever the time or
    the owner changes, or the person writes again, so that a reminder of an older one is never taken for a newer.
    """

    class Kind(models.TextChoices):
        RING_BACK = "ring_back", _("Ring-back")
        ASK_SPECIALIST = "ask_specialist", _("Ask a specialist")
        SEND_INFORMATION = "send_information", _("Send information")
        LOOK_INTO = "look_into", _("Look into")
        VISIT_THEM = "visit_them", _("Visit them")
        SEND_OFFER = "send_offer", _("Send an offer")
        DATA_RIGHT = "data_right", _("Data right")
        CHECK_LOOKS = "check_looks", _("Check looks")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        NOT_REACHED = "not_reached", _("Not reached")

    kind = models.CharField(_("Kind"), max_length=20, choices=Kind)
    note = models.CharField(_("What was promised"), max_length=300, blank=True)
    state = models.CharField(_("State"), max_length=12, choices=State, default=State.OPEN)
    owner = models.ForeignKey(
        "accounts.Staff", verbose_name=_("Owner"), on_delete=models.PROTECT, null=True, related_name="promises"
    )
    team = models.ForeignKey(
        "accounts.Team", verbose_name=_("Team"), on_delete=models.PROTECT, null=True, related_name="promises"
    )
    pending_owner = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, null=True, related_name="asked")
    department = models.ForeignKey("accounts.Department", on_delete=models.PROTECT, null=True, related_name="promises")
    due_at = models.DateTimeField(_("Due"))
    first_due_at = models.DateTimeField()  # what the patient was told first; the figures go by it
    late_at = models.DateTimeField()  # when it counts as late: due, or unowned for too long
    unowned_since = models.DateTimeField(null=True)  # nobody has taken it since then
    first_attempt_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)
    times_postponed = models.PositiveSmallIntegerField(default=0)
    escalation_level = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=80, blank=True)  # e.g. "call:42:1"; only a label, and a key against doubles
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)  # why it ended otherwise than kept

    objects = PromiseQuerySet.as_manager()

    class Meta(Targeted.Meta):
        verbose_name = _("Promise")
        constraints = [
            models.CheckConstraint(
                name="promises_promise_about_one",
                condition=exactly_one(*TARGETS)
                | Q(**{f"{column}__isnull": True for column in TARGETS}, kind="check_looks"),
            ),
            models.CheckConstraint(
                name="promise_open_is_owned", condition=~OPEN | Q(owner__isnull=False) | Q(team__isnull=False)
            ),
            models.CheckConstraint(
                name="promise_ended_at",
                condition=(OPEN & Q(ended_at__isnull=True)) | (~OPEN & Q(ended_at__isnull=False)),
            ),
            models.UniqueConstraint(fields=["source"], condition=~Q(source=""), name="promise_source_once"),
        ]
        indexes = [
            models.Index(fields=["owner", "due_at", "id"], name="promise_of_owner", condition=OPEN),
            models.Index(fields=["team", "due_at", "id"], name="promise_of_team", condition=OPEN),
            models.Index(fields=["pending_owner"], name="promise_asked", condition=OPEN),
            models.Index(fields=["escalation_level", "late_at"], name="promise_late", condition=OPEN),
            models.Index(fields=["patient", "due_at"], name="promise_of_patient", condition=OPEN),
            models.Index(fields=["contact", "due_at"], name="promise_of_contact", condition=OPEN),
            models.Index(
                fields=["organisation", "due_at"],
                name="promise_of_organisation",
                condition=OPEN & Q(organisation__isnull=False),
            ),
            models.Index(fields=["due_at", "id"], name="promise_due"),
            models.Index(fields=["first_due_at", "department"], name="promise_figures"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def about(self) -> Target | None:
        """To whom it is owed; None: to the hospital alone."""
        return self.patient or self.contact or self.organisation

    @property
    def whom(self) -> str:
        """In the reader's language."""
        if self.about is None:
            return gettext("The hospital")
        return self.about.name or gettext("Unknown caller")

    @property
    def is_of_text(self) -> bool:
        """Somebody wrote to us; the words stand with the text alone (`services.texts`)."""
        return self.source.startswith(FROM_TEXT)

    @property
    def brief(self) -> str:
        """What was promised, for a line; in the reader's language where the hospital's own words say it."""
        return gettext("They wrote to us") if self.is_of_text and not self.note else self.note

    @property
    def is_of_row(self) -> bool:
        """It is kept by what is done on another page, and by nothing else."""
        return self.kind in OF_ROWS

    @property
    def row_url(self) -> str:
        """Where that is done."""
        row = self.source.rpartition(":")[2]
        pages = {"data_right": "patients:request_detail", "check_looks": "patients:look_detail"}
        return reverse(pages[self.kind], args=[row]) if self.is_of_row else ""

    @property
    def is_ringable(self) -> bool:
        """There is a number."""
        return bool(self.masked_number)

    @property
    def masked_number(self) -> str:
        """Of the number to dial first, "" if there is none; a switchboard is public, and in clear."""
        if self.patient is not None:
            return self.patient.phone.masked if self.patient.phone else ""
        if self.contact is not None:
            return self.contact.masked
        first = next(iter(self.organisation.to_dial), None) if self.organisation else None
        return getattr(first, "masked", first.shown) if first else ""

    @property
    def to_dial(self) -> list[Any]:
        """What can be rung, the first one first: each tells `dialled`, `shown`, `digits` and `extension`."""
        if self.patient is not None:
            return list(self.patient.phones.valid().primary_first())
        if self.contact is not None:
            return [self.contact] if self.contact.digits else []
        return list(self.organisation.to_dial) if self.organisation else []

    def lateness(self, at: datetime) -> str:
        """Why it is late as of then: its time is over, or nobody has taken it in time; "" if it is not.

        The same rows as `Promise.objects.late(at)`.
        """
        if not self.is_open or self.late_at >= at:
            return ""
        return "due" if self.due_at < at else "unowned"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def key(self) -> str:
        """Names the promise as the source of messages and grants."""
        return f"promise:{self.pk}"


# What one may promise somebody: not what comes of a row, nor what is owed to organisations.
KINDS_FOR_PEOPLE = tuple(
    kind for kind in Promise.Kind if kind not in (*OF_ROWS, Promise.Kind.VISIT_THEM, Promise.Kind.SEND_OFFER)
)
