"""The vocabulary for reading what is said to whom."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import ExpressionWrapper, F, Max, Q
from django.db.models.functions import Coalesce

from accounts.access import Capability, Scope
from accounts.models import Staff
from accounts.querysets.concerned import ConcerningQuerySet
from hospital_crm.lib.moments import midnight, midnight_after
from patients.models import Patient

from .measures import MEASURES, NOT_READY, RECIPIENTS, REFUSABLE, STOPPED, WITHHELD_CURABLY, WITHHELD_FOR_WANT
from .search import by_ending, by_number

if TYPE_CHECKING:
    from accounts.models import Department
    from messaging.models import (  # noqa: F401  name the rows
        ChannelPause,
        GatewaySetup,
        Hold,
        InboundText,
        Message,
        MessageTemplate,
        OptOut,
        TemplateVersion,
    )

OPEN = ("queued", "claimed")
FOR_A_PERSON = ("failed", "unknown")
NEEDS_SOMEBODY, NONE = "for_a_person", "null"  # of the list's filter: any of these states; those without
NOT_HANDED_OVER = ("withheld", "failed", "expired")  # perhaps not even once
MAY_STILL_GO = (*OPEN, "handed_over", *FOR_A_PERSON, "withheld")


class MessageQuerySet(ConcerningQuerySet["Message"]):
    def visible_to(self, staff: Staff) -> Self:
        """One's own (queued by one or sent to one), those of the department's tree, or all, of what one may know of."""
        scope = staff.scope(Capability.SETTLE_OUTBOX)
        seen = _seen_in(staff, scope)
        return self.filter(seen | self._left_to(staff) if scope else seen).knowable_to(staff)

    def _left_to(self, staff: Staff) -> Q:
        """Of a guarded kind, in no department's outbox: whose scope of that kind is the hospital decides on them, since
        neither a manager nor the administrator is shown any.
        """
        kinds = self.model.guarded_kinds().items()
        mine = [kind for kind, capability in kinds if Scope.HOSPITAL in staff.scope(capability)]
        return Q(kind__in=mine, department__isnull=True, staff__isnull=True)

    def knowable_to(self, staff: Staff) -> Self:
        """Without what the person must not even know of, in the outbox and in stories: what is about oneself; and of a
        kind that not everybody may know of, such as the answer to a complaint, what one's scope of it does not reach.
        """
        found = self.not_about(staff)
        for kind, capability in self.model.guarded_kinds().items():
            if Scope.HOSPITAL not in (scope := staff.scope(capability)):
                found = found.filter(~Q(kind=kind) | _seen_in(staff, scope))
        return found

    def exportable_by(self, staff: Staff) -> Self:
        """Of those that one sees, what one may carry away: as far as one's figures reach."""
        scope = staff.scope(Capability.SEE_FIGURES)
        return self.visible_to(staff).filter(_seen_in(staff, scope | Scope.OWN)) if scope else self.none()

    def readable_by(self, staff: Staff) -> Self:
        """Those whose text and people the person may read; everybody reads the own notes."""
        return self.filter(_seen_in(staff, staff.scope(Capability.READ_MESSAGES) | Scope.OWN)).knowable_to(staff)

    def with_readable_by(self, staff: Staff) -> Self:
        """Each with `is_readable`, as `readable_by` finds them; of rows that are not about the person."""
        seen = _seen_in(staff, staff.scope(Capability.READ_MESSAGES) | Scope.OWN)
        return self.annotate(is_readable=ExpressionWrapper(seen, models.BooleanField()))

    def of_story(self) -> Self:
        """What has gone out to somebody, or should have: with the moment, `occurred_at`, of the last hand-over, else
        of the decision that there is none.
        """
        gone_or_decided = Q(handed_over_at__isnull=False) | Q(state__in=NOT_HANDED_OVER)
        return self.filter(gone_or_decided).annotate(occurred_at=Coalesce("handed_over_at", "settled_at"))

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

    def of_sources(self, sources: models.QuerySet[Any, Any]) -> Self:
        """As `of_source`, of any of these."""
        return self.filter(state__in=MAY_STILL_GO, source__in=sources)

    def for_a_person(self) -> Self:
        """What no rule can settle."""
        return self.filter(state__in=FOR_A_PERSON)

    def not_ready(self) -> Self:
        """Withheld for want of our own set-up. What colleagues are told by e-mail is behind the bell all the same."""
        return self.filter(WITHHELD_FOR_WANT)

    def to_retry(self) -> Self:
        """What somebody may let go again: it failed, or only a set-up or a certificate was missing."""
        return self.filter(Q(state="failed") | WITHHELD_CURABLY)

    def notes_of(self, staff: Staff) -> Self:
        """What the bell shows."""
        return self.filter(staff=staff, channel="in_app", state="sent")

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def to_ask_about(self, at: datetime) -> Self:
        """Of which the provider has not told yet what became of them, and whose turn to be asked about has come."""
        return self.filter(ask_at__lte=at, state__in=("sent", "unknown"), fate="")

    def with_receipt(self, provider: str, receipt: str) -> Self:
        return self.filter(provider=provider, receipt=receipt, provider__gt="", receipt__gt="")

    def with_reference(self, provider: str, reference: str) -> Self:
        return self.filter(provider=provider, reference=reference, reference__gt="")

    def with_people(self) -> Self:
        people = ("staff", "patient", "contact", "organisation")
        about = ("about_patient", "about_contact", "about_organisation")
        return self.select_related(*people, *about, "queued_by__staff", "template_version__template")

    def with_all_shown(self) -> Self:
        """As the outbox and its file show them: with whoever decided, too."""
        return self.with_people().select_related("settled_by__staff")

    def found_by(self, text: str, reader: Staff) -> Self:
        """By the recipient: a colleague's name or number, or a patient whom the reader may find; by its own numbers."""
        colleagues = Staff.objects.named_like(text)
        people = Patient.objects.visible_to(reader).found_by(text)
        whom = Q(staff__in=colleagues) | Q(patient__in=people) | Q(about_patient__in=people)
        return self.filter(whom | by_number(text) | by_ending(text))

    def matching(
        self,
        reader: Staff,
        *,
        q: str = "",
        state: str = "",
        since: date | None = None,
        until: date | None = None,
        template_version: Any = None,
        measure: str = "",
        **columns: str,
    ) -> Self:
        """What the list's filter means to this reader. The template's version by its key, or "null" for none; columns
        are channel, kind, reason, fate and provider. What is counted comes last: the last to each patient is the last
        of what the others leave.
        """
        rows = self.to_be_sent(since, until).filter(**{name: value for name, value in columns.items() if value})
        rows = rows.found_by(q, reader) if q else rows
        rows = rows.in_state(state) if state else rows
        if template_version:
            rows = rows.filter(template_version=None if template_version == NONE else template_version)
        if measure == RECIPIENTS:
            return rows.last_to_each()
        if measure == STOPPED:
            stops: Any = apps.get_model("messaging", "OptOut")._default_manager
            return rows.last_to_each(stops.said(since, until).patients())
        return rows.measured(measure) if measure else rows

    def in_state(self, state: str) -> Self:
        """One of its states, or several that go by one name in the list's filter."""
        if state == NOT_READY:
            return self.not_ready()
        return self.for_a_person() if state == NEEDS_SOMEBODY else self.filter(state=state)

    def newest_first(self) -> Self:
        return self.order_by("-send_at", "-pk")

    def to_be_sent(self, since: date | None, until: date | None) -> Self:
        """On these days, both included."""
        found = self.filter(send_at__gte=midnight(since)) if since else self
        return found.filter(send_at__lt=midnight_after(until)) if until else found

    def measured(self, name: str) -> Self:
        """As the figures count."""
        return self.filter(MEASURES[name])

    def last_to_each(self, patients: models.QuerySet[Any] | None = None) -> Self:
        """Of those that went to patients, who could have stopped them, one row a patient: of all, or of these."""
        sent = self.filter(state="sent", message_class__in=REFUSABLE, patient__isnull=False)
        told = sent if patients is None else sent.filter(patient__in=patients)
        return self.filter(pk__in=told.order_by().values("patient").annotate(last=Max("pk")).values("last"))


def _seen_in(staff: Staff, scope: Scope) -> Q:
    """Of the whole hospital, of the department's tree and one's own, or one's own."""
    if Scope.HOSPITAL in scope:
        return Q(pk__isnull=False)
    seen = Q(pk__in=[])
    if Scope.OWN in scope or Scope.DEPARTMENT_TREE in scope:
        seen |= Q(staff=staff) | Q(queued_by=staff.actor)
    if Scope.DEPARTMENT_TREE in scope and staff.department is not None:
        seen |= Q(department__path__startswith=staff.department.path)
    return seen


class TemplateQuerySet(models.QuerySet["MessageTemplate"]):
    def with_words(self, **conditions: str) -> Self:
        """Those that have a version of this language, in this state, or both."""
        versions = self.model._meta.get_field("versions").related_model
        return self.filter(pk__in=versions._default_manager.filter(**conditions).values("template"))


class TemplateVersionQuerySet(models.QuerySet["TemplateVersion"]):
    def published(self) -> Self:
        return self.filter(state="published")

    def drafts(self) -> Self:
        return self.filter(state="draft")

    def unknown_to(self, provider: str) -> Self:
        """In use, and the provider has no number of them."""
        in_use = self.published().filter(template__is_active=True)
        return in_use.exclude(registrations__provider=provider).order_by("template__code", "-language")

    def sent_ones(self) -> Self:
        """Whose words were ever sent, or may be: by name, the newest first."""
        by_name = ("template__name_zh", "template", "-language", "-number")
        return self.filter(state__in=("published", "retired")).select_related("template").order_by(*by_name)

    def in_order(self) -> Self:
        """By language, the newest first."""
        return self.select_related("template").order_by("-language", "-number")


class HoldQuerySet(models.QuerySet["Hold"]):
    def open(self) -> Self:
        return self.filter(lifted_at__isnull=True)


class OptOutQuerySet(models.QuerySet["OptOut"]):
    def open(self) -> Self:
        return self.filter(lifted_at__isnull=True)

    def visible_to(self, staff: Staff) -> Self:
        """Those of whom one may find; at a number that leads to nobody only who finds everybody."""
        if Scope.HOSPITAL in staff.scope(Capability.FIND_PEOPLE):
            return self
        return self.filter(patient__in=Patient.objects.visible_to(staff))

    def meaning(self, *, digests: Collection[str] = (), patients: Collection[int] = ()) -> Self:
        """Of one of these addresses, whoever stands behind it, or of one of these patients."""
        return self.filter(Q(digest__in=digests) | Q(patient__in=patients))

    def newest_first(self) -> Self:
        return self.order_by("-opted_out_at", "-pk")

    def said(self, since: date | None, until: date | None) -> Self:
        """On these days, both included, and whatever was lifted since."""
        found = self.filter(opted_out_at__gte=midnight(since)) if since else self
        return found.filter(opted_out_at__lt=midnight_after(until)) if until else found

    def patients(self) -> models.QuerySet[Any]:
        """Whose they are, as far as they lead to somebody."""
        return self.filter(patient__isnull=False).order_by().values("patient")


class InboundTextQuerySet(models.QuerySet["InboundText"]):
    def open(self) -> Self:
        """Words that nobody has rung back about."""
        return self.filter(settled_at__isnull=True, keyword="")

    def with_people(self) -> Self:
        return self.select_related("patient__department", "contact__became", "organisation__department", "settled_by")


class ChannelPauseQuerySet(models.QuerySet["ChannelPause"]):
    def in_force(self, at: datetime, longest: timedelta) -> Self:
        """What would last longer than any was made by a clock that has been set back since."""
        return self.filter(until_at__gt=at, until_at__lte=at + longest)


class GatewaySetupQuerySet(models.QuerySet["GatewaySetup"]):
    def in_use(self) -> Self:
        return self.filter(is_active=True)

    def of_hospital(self) -> Self:
        """Not a department's own."""
        return self.filter(department__isnull=True)

    def group_near(self, department: Department | None) -> GatewaySetup | None:
        """The WeCom group in use of the department, else of the nearest above it that has one, else the hospital's."""
        above = [int(key) for key in department.path.strip("/").split("/")] if department else []
        places = self.in_use().filter(Q(department__isnull=True) | Q(department__in=above), channel="wecom")
        return places.order_by(F("department__path").desc(nulls_last=True)).first()

    def in_order(self) -> Self:
        return self.select_related("department").order_by("channel", "provider", F("department").asc(nulls_first=True))
