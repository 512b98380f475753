"""The vocabulary for reading calls."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.access import Capability, Scope
from accounts.models import Submission
from hospital_crm.lib.moments import midnight, midnight_after
from hospital_crm.lib.phones import numbers_like, searchable
from patients.models import Contact, Patient, target_fields

if TYPE_CHECKING:
    from accounts.models import Staff
    from consult.models import Call, CallDraft  # noqa: F401  name the rows
    from institution.models import ReferenceItem

LAST = 5  # calls with one person


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, staff: Staff) -> Self:
        """All of the hospital, of one's department and those below, of one's teams, or one's own."""
        return self._within(staff.scope(Capability.SEE_CALLS), staff)

    def exportable_by(self, staff: Staff) -> Self:
        """Of those that one sees, what one may carry away: as far as one's figures reach."""
        return self.visible_to(staff)._within(staff.scope(Capability.SEE_FIGURES), staff)

    def _within(self, scope: Scope, staff: Staff) -> Self:
        if Scope.HOSPITAL in scope:
            return self
        seen = Q(handled_by=staff) if scope else Q(pk__in=[])
        if Scope.TEAM in scope:
            seen |= Q(handled_by__in=_colleagues(teams__in=staff.teams.in_use()))
        if Scope.DEPARTMENT_TREE in scope and staff.department is not None:
            seen |= Q(handled_by__in=_colleagues(department__path__startswith=staff.department.path))
        return self.filter(seen)

    def matching(
        self,
        *,
        since: date | None = None,
        until: date | None = None,
        handled_by: Staff | None = None,
        topic: ReferenceItem | None = None,
        patient: int | None = None,
        q: str = "",
        **columns: Any,
    ) -> Self:
        """What the filter means: of these days, both included; columns are channel, direction, disposition, and for
        programs contact; the patient's key may be one of before a merge.
        """
        calls = self.filter(**{name: value for name, value in columns.items() if value})
        calls = calls.filter(patient__in=Patient.objects.known_as(int(patient))) if patient else calls
        calls = calls.filter(started_at__gte=midnight(since)) if since else calls
        calls = calls.filter(started_at__lt=midnight_after(until)) if until else calls
        calls = calls.filter(handled_by=handled_by) if handled_by else calls
        calls = calls.about(topic) if topic else calls
        return calls.holding(q.strip()) if q.strip() else calls

    def standing(self) -> Self:
        """Not voided."""
        return self.filter(voided_at__isnull=True)

    def of_target(self, target: Patient | Contact) -> Self:
        return self.filter(**target_fields(target))

    def about(self, topic: ReferenceItem) -> Self:
        rows = apps.get_model("consult", "CallTopic")._default_manager.filter(call=OuterRef("pk"), topic=topic)
        return self.filter(Exists(rows))

    def holding(self, text: str) -> Self:
        """By a part of what was asked or answered, of a name, or by a number.

        No index finds these: it reads every call, so that whoever asks names the days.
        """
        topics = apps.get_model("consult", "CallTopic")._default_manager.filter(call=OuterRef("pk"))
        said = Exists(topics.filter(Q(question__icontains=text) | Q(answer__icontains=text)))
        named = Q(caller_name__icontains=text) | Q(patient__name__contains=text) | Q(contact__name__contains=text)
        found = Q(said) | named
        if digits := searchable(text):
            found |= Q(**numbers_like(digits))
        return self.filter(found)

    def newest_first(self) -> Self:
        return self.order_by("-started_at", "-pk")

    def with_card(self) -> Self:
        """With what a list shows of a call."""
        topics = apps.get_model("consult", "CallTopic")._default_manager.order_by("position")
        shown = models.Prefetch("topics", topics.select_related("topic", "department"))
        return self.select_related("patient", "contact", "handled_by", "relation", "source").prefetch_related(shown)

    def last_of(self, person: Patient | Contact, reader: Staff) -> Self:
        """The last calls with the person that the reader may see."""
        return self.visible_to(reader).of_target(person).with_card().newest_first()[:LAST]

    def with_promises_for(self, reader: Staff, on: date) -> Self:
        """With what it promised and what it settled, but nothing about the reader; `may_open`, where one sees it."""
        promises = apps.get_model("promises", "Promise")._default_manager
        seen = promises.visible_to(reader, on).filter(pk=OuterRef("pk"))
        known = promises.not_about(reader).annotate(may_open=Exists(seen))
        return self.prefetch_related(models.Prefetch("promise", known), models.Prefetch("settled", known))


class CallDraftQuerySet(models.QuerySet["CallDraft"]):
    def open_of(self, staff: Staff) -> Self:
        """Not saved as a call in the meantime; the last one that was touched first."""
        saved = Submission.objects.made("consult.Call").filter(key=OuterRef("key"))
        return self.filter(~Exists(saved), staff=staff).order_by("-kept_at", "-pk")


def _colleagues(**which: object) -> models.QuerySet[Staff]:
    staff: models.QuerySet[Staff] = apps.get_model("accounts", "Staff")._default_manager.filter(**which)
    return staff.values("pk")  # type: ignore[return-value]
