"""What the call page shows beside the form: who may be calling, what was said before, what is promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Staff, Team
from consult import rules
from consult.models import Call
from hospital_crm.lib.due import due_at
from hospital_crm.lib.keys import is_key
from hospital_crm.lib.phones import searchable, without_extension
from patients.models import Contact, Patient
from patients.querysets import PatientQuerySet
from promises.models import Promise

MOST_CANDIDATES = 5
SHORTEST_NAME = 2  # one character finds half the town
CALLS_BEFORE = 3
MOST_OWED = 12

Content = Mapping[str, list[str]]


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be calling."""

    person: Patient | Contact
    how: str  # whose phone it is, or that the caller is nobody yet
    is_chosen: bool
    owed: int

    @property
    def value(self) -> str:
        return value_of(self.person)

    @property
    def is_patient(self) -> bool:
        return isinstance(self.person, Patient)

    @property
    def label(self) -> str:
        """A caller who is nobody yet may have no name."""
        return (
            self.person.name or (self.person.masked if isinstance(self.person, Contact) else "") or _("Unknown caller")
        )


def value_of(person: Patient | Contact | None) -> str:
    """As the form names somebody."""
    if person is None:
        return ""
    return f"{'patient' if isinstance(person, Patient) else 'contact'}:{person.pk}"


@dataclass(frozen=True)
class Callers:
    """The candidates, the one who was taken, and the calls from before."""

    candidates: list[Candidate]
    chosen: Patient | Contact | None
    before: list[Call]
    owed: list[Owed]

    @property
    def patient(self) -> Patient | None:
        return self.chosen if isinstance(self.chosen, Patient) else None


def callers(
    *, staff: Staff, number: str, name: str, chosen: Patient | Contact | None, take_first: bool = False
) -> Callers:
    """Who is behind the number, else who is called so; whoever was taken stays among them."""
    number = without_extension(number)
    found: list[Patient | Contact] = [*_behind(staff, number), *_callers_before(staff, number)]
    if not found and chosen is None and len(name.strip()) >= SHORTEST_NAME:
        found = list(_patients(staff).found_by(name).most_owed_first(staff)[:MOST_CANDIDATES])
    if take_first and chosen is None and found:
        chosen = found[0]
    shown = found[:MOST_CANDIDATES]
    if chosen is not None and chosen not in shown:
        shown.insert(0, chosen)
    candidates = [
        Candidate(person, _how(person, number), person == chosen, getattr(person, "owed", 0)) for person in shown
    ]
    if chosen is None:
        return Callers(candidates, None, [], [])
    seen = Call.objects.visible_to(staff).standing().of_target(chosen)
    before = list(seen.with_card().newest_first()[:CALLS_BEFORE])
    return Callers(candidates, chosen, before, owed_to(staff=staff, person=chosen))


def _patients(staff: Staff) -> PatientQuerySet:
    return Patient.objects.visible_to(staff).with_card()


def _behind(staff: Staff, number: str) -> list[Patient]:
    if not searchable(number):
        return []
    return list(_patients(staff).behind_number(number).most_owed_first(staff)[:MOST_CANDIDATES])


def _callers_before(staff: Staff, number: str) -> list[Contact]:
    if not searchable(number):
        return []
    known = Contact.objects.visible_to(staff).nobody_yet().behind_number(number)
    return list(known.order_by("-pk")[:MOST_CANDIDATES])


def _how(person: Patient | Contact, number: str) -> str:
    if isinstance(person, Contact):
        before = _("called before")
        return f"{before} · {_('ext.')} {person.extension}" if person.extension else before
    digits = searchable(number)
    for phone in person.phones.all() if digits else ():
        if rules.leads_to(digits, phone.digits):
            return phone.get_owner_display()
    return person.number


@dataclass(frozen=True)
class Owed:
    """An open promise to whoever calls: whether its text may be read, and whether this call may settle it."""

    promise: Promise
    may_read: bool
    may_settle: bool

    @property
    def keeper(self) -> str:
        return str(self.promise.owner or self.promise.team)


def owed_to(*, staff: Staff, person: Patient | Contact) -> list[Owed]:
    """What is open for the person, in the order in which it falls due; its text only for whom it concerns."""
    known = Promise.objects.of_target(person).open().not_about(staff)
    mine = Promise.objects.visible_to(staff, timezone.localdate()).filter(pk=OuterRef("pk"))
    rows = known.select_related("owner", "team", "pending_owner").in_due_order().annotate(is_mine=Exists(mine))
    found = [(row, bool(vars(row)["is_mine"])) for row in rows[:MOST_OWED]]
    return [Owed(row, is_mine, is_mine or row.kind == Promise.Kind.RING_BACK) for row, is_mine in found]


@dataclass(frozen=True)
class Sentence:
    """What the form says will be promised; the page puts it into words."""

    kind: str  # "" for no promise
    name: str
    due_at: datetime | None
    owner: Staff | Team | None
    is_mine: bool
    settles: int
    about: str

    @property
    def is_team(self) -> bool:
        return isinstance(self.owner, Team)


def promise_said(*, staff: Staff, typed: Content, name: str, now: datetime) -> Sentence:
    """From the same fields as the promise itself, before anything is saved."""
    kind = rules.promise_kind(last(typed, "disposition"), last(typed, "promise_kind"))
    own = rules.read_local(last(typed, "due_own"), timezone.get_current_timezone())
    due = due_at(last(typed, "due"), own, timezone.localtime(now)) if kind else None
    owner = find_owner(last(typed, "owner"), staff) if kind else staff
    settles = len(set(typed.get("keeps", ())))
    return Sentence(kind, name, due, owner, owner == staff, settles, last(typed, "t0-question"))


def find_owner(value: str, me: Staff) -> Staff | Team:
    """Who was chosen to keep the promise; oneself, as long as nobody was."""
    kind, _colon, key = value.partition(":")
    if value == f"staff:{me.pk}" or not is_key(key):
        return me
    rows = Team.objects.in_use() if kind == "team" else Staff.objects.active()
    return rows.filter(pk=key).first() or me


def last(typed: Content, name: str) -> str:
    """The field's value, as a browser counts: of several the last."""
    return (typed.get(name) or [""])[-1]
