"""Who may be calling, and who was taken."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.db.models import Count, Exists, OuterRef, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from accounts.models import Staff
from accounts.models.readers import reader_of
from consult.services.callers import find_person
from hospital_crm.lib.keys import is_key
from hospital_crm.lib.phones import TRAILING_DIGITS, column_like, searchable, without_extension
from hospital_crm.lib.prepared import Prepared
from patients.models import Contact, Patient
from patients.querysets import ContactQuerySet, PatientQuerySet
from patients.querysets.gaps import asked_by_number
from patients.services.levels import level_words, sees_levels
from promises.models import Promise

from .before import CallBefore, calls_before
from .candidates import Candidate, Person, how_known, value_of, vip_of
from .owed import Owed, owed_to

MOST_CANDIDATES = 5
SHORTEST_NAME = 2  # one character finds half the town
MOST_OWED = 12

_behind, _of_pieces = Prepared[Patient](), Prepared[Patient](is_planned_once=True)


class Callers:
    """Who is behind the number, else who is called so; whoever was taken stays among them.

    Each part is read when somebody first asks for it, and once: the form, the page and its sentence share it.
    """

    def __init__(
        self,
        *,
        staff: Staff,
        today: date,
        number: str,
        name: str,
        who: str,
        take_first: bool = False,
        rings_out: bool = False,
    ) -> None:
        self._staff, self._today = staff, today
        self.number, self._name, self._who = without_extension(number), name.strip(), who
        self._take_first, self._rings_out = take_first, rings_out

    @cached_property
    def _people(self) -> tuple[list[Person], Person | None]:
        """Those who were found, and the one who was taken."""
        patients = self._behind()
        found: list[Person] = [*patients, *self._callers_before(patients)]
        chosen = next((person for person in found if value_of(person) == self._who), None) or self._named()
        if not found and chosen is None and len(self._name) >= SHORTEST_NAME:
            found = [
                *self._patients(self._staff, self._today)
                .found_by(self._name)
                .most_owed_first(self._staff)[:MOST_CANDIDATES]
            ]
        if self._take_first and chosen is None and found:
            chosen = found[0]
        prefetch_related_objects([each for each in (*found, chosen) if isinstance(each, Patient)], "phones")
        return found, chosen

    def _patients(self, reader: Staff, today: date) -> PatientQuerySet:
        """Whom the reader may find, and who is a VIP; whoever rings out sees whether they owe them something, too."""
        visible = Patient.objects.visible_to(reader, today).with_vip()
        return visible.with_debts_of(reader, today) if self._rings_out else visible

    def _behind(self) -> list[Patient]:
        if not searchable(self.number):
            return []
        asks, asked, digits = reader_of(self._staff, self._today), asked_by_number(self.number), searchable(self.number)
        reader, column = asks.anybody, column_like(digits)

        def behind() -> PatientQuerySet:
            others = Exists(_nobody_yet(reader).behind_open_number(column))  # mostly none: then nobody asks for them
            patients = self._patients(reader, asks.today).answering(asked.question).annotate(has_others=others)
            return patients.most_owed_first(reader)[:MOST_CANDIDATES]

        words = {**asks.values, **asked.words, "digits": digits, "ending": digits[-TRAILING_DIGITS:]}
        key = (asks.shape, self._rings_out, asked.shape, column, get_language())
        return (_of_pieces if asked.names_pieces else _behind).rows(key, behind, words)

    def _callers_before(self, patients: list[Patient]) -> list[Contact]:
        if not searchable(self.number) or (patients and not vars(patients[0])["has_others"]):
            return []
        owed = Promise.objects.open().not_about(self._staff).filter(contact=OuterRef("pk")).order_by()
        number = owed.values("contact").annotate(number=Count("pk")).values("number")
        counted = _nobody_yet(self._staff).behind_number(self.number).annotate(owed=Coalesce(Subquery(number), 0))
        return list(counted.order_by("-owed", "-pk")[:MOST_CANDIDATES])

    def _named(self) -> Person | None:
        """Whom the form names; a caller who became a patient meanwhile is that patient."""
        kind, _colon, key = self._who.partition(":")
        column = {"patient": "pk", "contact": "contacts"}.get(kind)
        if column is None or not is_key(key):
            return None
        return self._patients(self._staff, self._today).filter(**{column: key}).first() or find_person(
            self._staff, self._who
        )

    @property
    def is_asked(self) -> bool:
        """Enough was typed to look somebody up by; before that nobody can be said to be missing."""
        return len(searchable(self.number)) >= TRAILING_DIGITS or len(self._name) >= SHORTEST_NAME

    @property
    def chosen(self) -> Person | None:
        return self._people[1]

    @property
    def patient(self) -> Patient | None:
        return self.chosen if isinstance(self.chosen, Patient) else None

    @property
    def vip(self) -> str:
        """How the hospital calls its VIPs, where the one who was taken is one."""
        return vip_of(self.patient)

    @property
    def level(self) -> str:
        """What service the one who was taken is owed."""
        return self._level_of(self.patient)

    def _level_of(self, person: Person | None) -> str:
        """Few are owed another service than everybody: the words are read where somebody is."""
        level = person.service_level if isinstance(person, Patient) else 0
        return self._level_words.get(level, "") if level else ""

    @cached_property
    def _level_words(self) -> dict[int, str]:
        return level_words() if sees_levels(self._staff) else {}

    @property
    def owes_them(self) -> bool:
        """Whether the reader, or a team of the reader's, rings out and has something open for the patient."""
        return self.patient is not None and bool(vars(self.patient).get("is_owed"))

    @cached_property
    def candidates(self) -> list[Candidate]:
        found, chosen = self._people
        shown = found[:MOST_CANDIDATES]
        if chosen is not None and chosen not in shown:
            shown.insert(0, chosen)
        return [
            Candidate(
                person,
                how_known(person, self.number),
                person == chosen,
                getattr(person, "owed", 0),
                self._level_of(person),
                vip_of(person),
            )
            for person in shown
        ]

    @cached_property
    def before(self) -> list[CallBefore]:
        return calls_before(staff=self._staff, person=self.chosen) if self.chosen else []

    @cached_property
    def _open(self) -> list[Owed]:
        return owed_to(staff=self._staff, person=self.chosen, today=self._today) if self.chosen else []

    @property
    def owed(self) -> list[Owed]:
        return self._open[:MOST_OWED]

    def settleable(self, keys: set[int]) -> dict[int, Promise]:
        """Those of these promises that are open still, and that a call of the reader may settle."""
        found = {row.promise.pk: row.promise for row in self._open if row.may_settle}
        return {key: found[key] for key in keys & found.keys()}


def _nobody_yet(reader: Staff) -> ContactQuerySet:
    return Contact.objects.visible_to(reader).nobody_yet()
