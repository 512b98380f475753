"""The vocabulary for reading what is said to whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.access import Capability, Scope
from accounts.models import Staff
from accounts.querysets import ConcerningQuerySet
from hospital_crm.lib.moments import midnight, midnight_after
from patients.models import Patient

if TYPE_CHECKING:
    from messaging.models import ChannelPause, Hold, Message  # noqa: F401  name the rows

OPEN = ("queued", "claimed")
FOR_A_PERSON = ("failed", "unknown")
MAY_STILL_GO = (*OPEN, "handed_over", *FOR_A_PERSON)


class MessageQuerySet(ConcerningQuerySet["Message"]):
    def visible_to(self, staff: Staff) -> Self:
        """One's own (queued by one or sent to one), those of the department's tree, or all; never about oneself."""
        return self._within(staff, staff.scope(Capability.SETTLE_OUTBOX))

    def readable_by(self, staff: Staff) -> Self:
        """Those whose text and people the person may read; everybody reads the own notes."""
        return self._within(staff, staff.scope(Capability.READ_MESSAGES) | Scope.OWN)

    def _within(self, staff: Staff, scope: Scope) -> Self:
        if Scope.HOSPITAL in scope:
            return self.not_about(staff)
        seen = Q(pk__in=[])
        if Scope.OWN in scope or Scope.DEPARTMENT_TREE in scope:
            seen |= Q(staff=staff) | Q(queued_by=staff.actor)
        if Scope.DEPARTMENT_TREE in scope and staff.department is not None:
            seen |= Q(department__path__startswith=staff.department.path)
        return self.filter(seen).not_about(staff)

    def due(self, at: datetime) -> Self:
        return self.filter(state="queued", due_at__lte=at)

    def open(self) -> Self:
        """Still ours: cancelling wins."""
        return self.filter(state__in=OPEN)

    def held_by(self, claim: object) -> Self:
        """Claimed here, and neither cancelled nor taken over since."""
        return self.filter(state="claimed", claim=claim)

    def under_way(self, claim: object) -> Self:
        """Handed over here, and not settled otherwise since."""
        return self.filter(state="handed_over", claim=claim)

    def of_source(self, source: str) -> Self:
        """Those that may still be sent, now or once more."""
        return self.filter(state__in=MAY_STILL_GO, source=source)

    def for_a_person(self) -> Self:
        """What no rule can settle."""
        return self.filter(state__in=FOR_A_PERSON)

    def notes_of(self, staff: Staff) -> Self:
        """What the bell shows."""
        return self.filter(staff=staff, channel="in_app", state="sent")

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def with_people(self) -> Self:
        people = ("staff", "patient", "contact", "organisation")
        about = ("about_patient", "about_contact", "about_organisation")
        return self.select_related(*people, *about, "queued_by__staff")

    def to_anybody_like(self, text: str, reader: Staff) -> Self:
        """By the recipient: a colleague's name or number, or a patient whom the reader may find."""
        colleagues = Staff.objects.named_like(text)
        people = Patient.objects.visible_to(reader).found_by(text)
        return self.filter(Q(staff__in=colleagues) | Q(patient__in=people) | Q(about_patient__in=people))

    def to_be_sent_on(self, day: date) -> Self:
        return self.filter(send_at__gte=midnight(day), send_at__lt=midnight_after(day))


class HoldQuerySet(models.QuerySet["Hold"]):
    def open(self) -> Self:
        return self.filter(lifted_at__isnull=True)

    def is_held(self, *, patient: Patient, message_class: str) -> bool:
        """Whether messages of this class to the patient, and calls for the same purpose, must wait."""
        return self.open().filter(patient=patient, message_class=message_class).exists()


class ChannelPauseQuerySet(models.QuerySet["ChannelPause"]):
    def in_force(self, at: datetime, longest: timedelta) -> Self:
        """What would last longer than any was made by a clock that has been set back since."""
        return self.filter(until_at__gt=at, until_at__lte=at + longest)
