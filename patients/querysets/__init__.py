"""The vocabulary for reading who is on file."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, F, OrderBy, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.access import Capability, Scope
from accounts.models import Absence
from accounts.querysets.concerned import ConcerningQuerySet
from hospital_crm.lib.bilingual import reader_column
from hospital_crm.lib.keys import is_key
from hospital_crm.lib.moments import midnight, midnight_after
from hospital_crm.lib.paging import COUNT_CAP
from hospital_crm.lib.phones import TRAILING_DIGITS, numbers_like, searchable
from hospital_crm.lib.pinyin import name_readings
from hospital_crm.lib.prepared import Gap
from patients.likeness import Traits
from patients.querysets.gaps import OpenQuestion, gap
from patients.querysets.guardians import are_young, is_guarded
from patients.rules import Question, number_question, plain, question
from patients.rules.levels import LEVELS
from patients.rules.story import OF_THEIR_OWN
from patients.rules.tags import VIP

if TYPE_CHECKING:
    from accounts.models import Staff
    from patients.models import (  # noqa: F401  name the rows
        AccessGrant,
        Consent,
        ConsentWording,
        Contact,
        Identifier,
        Patient,
        Phone,
        Relation,
        TimelineEntry,
    )

MISSING = "missing"  # of the list's filter for guardians
NONE = "null"  # of a filter: those that have none
CANDIDATES = COUNT_CAP + 1  # of a piece that more share, those spoken with last: a list says no more than "10,000+"
# Of whom lists are made, and counted, from the index alone.
ON_FILE = Q(merged_into__isnull=True, erased_at__isnull=True)


class PatientQuerySet(models.QuerySet["Patient"]):
    def visible_to(self, staff: Staff, on: date | None = None) -> Self:
        """Whom the person may find: everybody, or the own department's and those to whom something is owed.

        Also by those for whom one stands in that day: today, unless another is said. Whoever was merged is found as
        the one into whom.
        """
        scope = staff.scope(Capability.FIND_PEOPLE)
        if Scope.HOSPITAL in scope:
            return self.on_file()
        seen = Q(pk__in=[])
        if Scope.DEPARTMENT in scope and staff.department_id:
            seen |= Q(department=staff.department_id)
        if Scope.OPEN_PROMISE in scope:
            seen |= Q(
                Exists(_rows("AccessGrant").held_by(staff, on or timezone.localdate()).filter(patient=OuterRef("pk")))
            )
        return self.on_file().filter(seen)

    def keys_seen_by(self, staff: Staff, people: Collection[Patient]) -> set[int]:
        """Which of these people, none of whom was merged, the person may find."""
        keys = {each.pk for each in people if each.erased_at is None}
        if not keys or Scope.HOSPITAL in staff.scope(Capability.FIND_PEOPLE):
            return keys
        return set(self.visible_to(staff).filter(pk__in=keys).values_list("pk", flat=True))

    def on_file(self) -> Self:
        """Without those who were merged into others, or whose data are erased."""
        return self.filter(ON_FILE)

    def erased(self) -> Self:
        """Those of whom nothing is left but the number, or will be in a moment."""
        return self.filter(erased_at__isnull=False)

    def known_as(self, key: int) -> Self:
        """Whoever has the key, or into whom its holder was merged: old addresses and keys lead on."""
        if not is_key(str(key)):
            return self.none()
        merged = _rows("Patient").filter(pk=key).values("merged_into")
        return self.filter(pk=Coalesce(Subquery(merged), Value(key), output_field=models.BigIntegerField()))

    def exportable_by(self, staff: Staff) -> Self:
        """Of those whom one may find, whom one may carry away: all with numbers, else as far as one's figures reach."""
        people, scope, place = self.visible_to(staff), staff.scope(Capability.SEE_FIGURES), staff.department
        if Scope.HOSPITAL in scope or staff.can(Capability.EXPORT_NUMBERS):
            return people
        if Scope.DEPARTMENT_TREE in scope and place is not None:
            return people.filter(department__path__startswith=place.path)
        owed = _rows("AccessGrant").held_by(staff, timezone.localdate()).filter(patient=OuterRef("pk"))
        return people.filter(Exists(owed))

    def matching(
        self,
        *,
        q: str = "",
        client: str = "",
        sex: str = "",
        department: Any = None,
        source: Any = None,
        level: str = "",
        tag: Collection[Any] = (),
        guardian: str = "",
        sort: str = "",
    ) -> Self:
        """What the list's filter means; department and source by their key, or "null" for none. Who that is, not in
        which order.
        """
        people = self.found_by(q) if q.strip() else self
        people = people.clients(client) if client else people
        people = people.filter(sex=sex) if sex else people
        for column, value in (("department", department), ("source", source)):
            if value:
                people = people.filter(**{f"{column}__isnull": True} if value == NONE else {column: value})
        people = people.of_level(level) if level else people
        people = people.without_guardian() if guardian == MISSING else people
        return people.tagged(tag) if tag else people

    def without_guardian(self) -> Self:
        """Living children under 14 of whom no guardian is on file."""
        return self.filter(are_young(), died_on__isnull=True, erased_at__isnull=True).exclude(is_guarded())

    def of_level(self, level: str) -> Self:
        """Who is owed this service level, by its code."""
        return self.filter(service_level=LEVELS.get(level, -1))

    def tagged(self, tags: Collection[Any]) -> Self:
        """Who has any of these tags."""
        return self.filter(Exists(_rows("PatientTag").filter(tag__in=tags, patient=OuterRef("pk"))))

    def with_vip(self) -> Self:
        """With `vip`: by the same query the tag's words in the reader's language, None for whoever does not have it."""
        tags = _rows("PatientTag").filter(tag__code=VIP, patient=OuterRef("pk"))
        return self.annotate(vip=Subquery(tags.order_by().values(reader_column("tag__label"))))

    def of_number(self, text: str) -> Self:
        """Who has the whole number, ours, the hospital's or another system's, as the search box knows them."""
        return self.filter(pk__in=_rows("SearchToken").filter(token=f"n:{plain(text)}").values("patient"))

    def found_by(self, text: str) -> Self:
        """Whom the search box means: characters, pinyin, initials, phones, numbers on file."""
        return self.answering(question(text))

    def behind_number(self, text: str) -> Self:
        """Whom a number leads to, their own or a relative's."""
        return self.answering(number_question(text))

    def answering(self, asked: Question | OpenQuestion, *, among: int = CANDIDATES) -> Self:
        """Who has all the pieces, or any of the others; of those whom many share, `among` the last spoken with."""
        if asked.is_empty:
            return self.none()
        found = self.filter(pk__in=_Holders(_pieces_held(asked)[:among]))
        if asked.holds:
            found = found.filter(name__contains=asked.holds)
        return found

    def alike(self, traits: Traits) -> Self:
        """Who may be the same person: behind the number or of the card, then of the name's sound and birth, then of the
        very name.
        """
        names = {traits.name.strip(), "".join(traits.name.split())}
        named = _rows("Patient").found_by(traits.name).filter(name__in=names).values_list("pk")
        certain, likely = list(_of_number_or_card(traits)), list(_of_sound_and_birth(traits))
        found = self.filter(pk__in=named.union(*certain, *likely))  # OR would read every row on file
        ranks = [
            When(pk__in=keys[0].union(*keys[1:]), then=Value(rank))
            for rank, keys in ((2, certain), (1, likely))
            if keys
        ]
        return found.latest_contact_first(*([Case(*ranks, default=Value(0)).desc()] if ranks else []))

    def clients(self, kind: str) -> Self:
        """Who was here for visits of the kind: `rules.visits.CLIENTS`."""
        return self.filter(Exists(_rows("Visit").of_clients(kind).filter(patient=OuterRef("pk"))))

    def registered_at_desk_on(self, day: date) -> Self:
        """Whom the desk registered that day in the hospital's time zone."""
        return self.filter(desk_registered_at__gte=midnight(day), desk_registered_at__lt=midnight_after(day))

    def without_visit_on(self, day: date) -> Self:
        """For whom no visit of that day is on file, not even a planned one."""
        return self.exclude(Exists(_rows("Visit").standing().on_day(day).filter(patient=OuterRef("pk"))))

    def latest_contact_first(self, *before: OrderBy) -> Self:
        return self.order_by(*before, F("last_contact_at").desc(nulls_last=True), "-pk")

    def most_owed_first(self, reader: Staff) -> Self:
        """To whom most is owed, as far as the reader may know, then whom the hospital spoke with last."""
        open_ones = _rows("AccessGrant").open().not_about(reader).filter(patient=OuterRef("pk")).order_by()
        owed = open_ones.values("patient").annotate(number=models.Count("pk")).values("number")
        counted = self.annotate(owed=Coalesce(Subquery(owed), 0))
        return counted.order_by("-owed", F("last_contact_at").desc(nulls_last=True), "-pk")

    def with_debts_of(self, staff: Staff, on: date) -> Self:
        """With `is_owed`: whether the person, or a team of the person's, has something open for them that day."""
        return self.annotate(is_owed=Exists(_rows("AccessGrant").held_by(staff, on).filter(patient=OuterRef("pk"))))

    def with_number_to_dial(self) -> Self:
        """With `digits` of the phone to dial first, by the same query; None for whoever has none. Asked for those who
        are shown, and not for all who are sorted.
        """
        first = _rows("Phone").filter(patient=OuterRef("pk"), is_primary=True).order_by()
        return self.annotate(digits=Subquery(first.values("digits")[:1]))

    def with_card(self) -> Self:
        """With what a list or a header shows beside the name."""
        return self.select_related("department").prefetch_related("phones")


class ContactQuerySet(models.QuerySet["Contact"]):
    def nobody_yet(self) -> Self:
        return self.filter(became__isnull=True)

    def visible_to(self, staff: Staff) -> Self:
        """They belong to no department yet: only who sees the whole hospital sees them."""
        return self if Scope.HOSPITAL in staff.scope(Capability.FIND_PEOPLE) else self.none()

    def behind_number(self, text: str) -> Self:
        """Who called from a number before."""
        digits = searchable(text)
        if not digits:
            return self.none()
        return self.filter(ending=digits[-TRAILING_DIGITS:], **numbers_like(digits))

    def behind_open_number(self, column: str) -> Self:
        """The same, with gaps for `ending` and `digits`; `column` as `phones.column_like` says of the number."""
        return self.filter(ending=gap("ending"), **{column: gap("digits")})


class PhoneQuerySet(models.QuerySet["Phone"]):
    def valid(self) -> Self:
        """Of which nobody has found out that they lead nowhere, or to somebody else."""
        return self.exclude(checked_as__in=self.model.INVALID)

    def primary_first(self) -> Self:
        return self.order_by("-is_primary", "pk")


class IdentifierQuerySet(models.QuerySet["Identifier"]):
    def documents(self) -> Self:
        """Those that a person carries, not the rows of other systems."""
        return self.exclude(type="system")

    def in_order(self) -> Self:
        return self.order_by("type", "pk")


class WordingQuerySet(models.QuerySet["ConsentWording"]):
    def in_use(self, purpose: str) -> ConsentWording | None:
        """The newest for the purpose."""
        return self.filter(purpose=purpose).order_by("-version").first()

    def newest(self) -> Self:
        """One for each purpose: the words in use."""
        later = self.model.objects.filter(purpose=OuterRef("purpose"), version__gt=OuterRef("version"))
        return self.filter(~Exists(later)).order_by("purpose")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_order(self) -> Self:
        """The last decision last."""
        return self.order_by("decided_at", "pk")


class RelationQuerySet(models.QuerySet["Relation"]):
    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def of(self, patient: Patient | Gap) -> Self:
        return self.filter(Q(patient=patient) | Q(relative=patient))

    def of_any(self, patients: PatientQuerySet) -> Self:
        return self.filter(Q(patient__in=patients) | Q(relative__in=patients))

    def between(self, one: Patient, other: Patient) -> Self:
        return self.filter(Q(patient=one, relative=other) | Q(patient=other, relative=one))

    def visible_to(self, staff: Staff) -> Self:
        """Of the patients whom the person may find."""
        seen = _rows("Patient").visible_to(staff)
        return self.filter(Q(patient__in=seen) | Q(relative__in=seen))


class TimelineQuerySet(ConcerningQuerySet["TimelineEntry"]):
    def visible_to(self, staff: Staff) -> Self:
        """Each entry says which capability it needs, and who must not see it."""
        held = [capability for capability in Capability if staff.can(capability)]
        return self.filter(needs__in=held).not_about(staff)

    def of_part(self, part: str) -> Self:
        """The lines of a part: those that the app of this name writes, or those that have a part of their own."""
        if part in OF_THEIR_OWN.values():
            return self.filter(kind__in=[kind for kind, own in OF_THEIR_OWN.items() if own == part])
        return self.filter(kind__startswith=f"{part}.").exclude(kind__in=OF_THEIR_OWN)

    def newest_first(self) -> Self:
        return self.order_by("-occurred_at", "-pk")


class GrantQuerySet(ConcerningQuerySet["AccessGrant"]):
    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def held_by(self, staff: Staff, on: date | None = None) -> Self:
        """Open ones of the person and of the person's teams in use; with a day, of those for whom one stands in."""
        held = Q(staff=staff) | Q(team__in=staff.teams.in_use())
        if on is not None:
            held |= Q(staff__in=Absence.objects.left_to(staff, on))
        return self.open().filter(held).not_about(staff)


def _of_number_or_card(traits: Traits) -> Iterator[models.QuerySet[Any, Any]]:
    """The keys of those who share it: each in its own question, which an index answers."""
    if digits := [digits for digits, _owner in traits.phones]:
        yield _rows("Phone").filter(digits__in=digits).values_list("patient")
    if digests := [digest for _kind, digest in traits.documents]:
        yield _rows("Identifier").filter(digest__in=digests).values_list("patient")


def _of_sound_and_birth(traits: Traits) -> Iterator[models.QuerySet[Any, Any]]:
    sounds = [f"p:{reading.full}" for reading in name_readings(traits.name)]  # none of what is no name
    if traits.year and sounds:
        born = Q(birth_date=traits.birth_date) if traits.birth_date else Q(birth_date__year=traits.year)
        heard = _rows("SearchToken").filter(token__in=sounds).values("patient")
        yield _rows("Patient").filter(born | Q(birth_year=traits.year), pk__in=heard).values_list("pk")


class _Holders(Subquery):
    """The patients of rows that also say by what they are sorted."""

    template = '(SELECT "patient_id" FROM (%(subquery)s) "held")'


def _pieces_held(asked: Question | OpenQuestion) -> models.QuerySet[Any, Any]:
    """Who has all the pieces, or any of the others; with whom the hospital spoke last first, as the index has them."""
    tokens = _rows("SearchToken")
    if asked.every:
        rows = tokens.filter(token=asked.every[0])
        for piece in asked.every[1:]:
            rows = rows.filter(patient__in=tokens.filter(token=piece).values("patient"))
        held = rows.values_list("patient_id", "last_contact_minute")
    else:  # each in its own part: OR would read every row that it finds, where the parts read the index alone
        parts = [tokens.filter(part).values_list("patient_id", "last_contact_minute") for part in _parts(asked)]
        held = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    found: models.QuerySet[Any, Any] = held.order_by("-last_contact_minute", "-patient_id")
    return found


def _parts(asked: Question | OpenQuestion) -> list[Q]:
    """Beginnings as ranges, which the index serves on both databases; LIKE does on neither without further ado."""
    exact = [Q(token=each) for each in asked.exact]
    return exact + [Q(token__gte=since, token__lt=until) for since, until in asked.ranges]


def _rows(model: str) -> Any:
    """The rows of a model that itself needs these QuerySets."""
    return apps.get_model("patients", model)._default_manager.all()
