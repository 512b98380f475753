"""The guardian whom a row of a file names, beside the relatives who are on file."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Q

from accounts.models import Actor
from patients import rules
from patients.kinship import Tie
from patients.models import Patient, Phone, Relation
from patients.rules.cards import completed_by
from patients.rules.guardians import guardian_reached_on
from patients.services.guardians import NewGuardian, tie_of_guardian
from patients.services.relatives import Named, add_relative, change_relative

from .rows import ReadRow


@dataclass(frozen=True)
class _Relative:
    """As somebody of the family stands on file, by now or in the past."""

    relation: Relation
    tie: Tie
    name: str

    def is_same(self, named: Named) -> bool:
        """By the name, which everybody has here: a phone is shared by a family, and says nothing of which one it is."""
        return rules.plain(named.name) == rules.plain(self.name)


class Families:
    """Of those whom the rows of a batch are about; read once, when a row first names a guardian."""

    def __init__(self, people: Collection[int]) -> None:
        self._people = people

    def tell(self, patient: Patient, guardian: NewGuardian, *, is_own: bool, actor: Actor, at: datetime) -> bool:
        """Whoever is named stands in the family; whether that is new.

        Whoever ended it, or named another one for a record that was merged, has chosen: it does not come back.
        """
        named = guardian.who
        if isinstance(named, Patient):
            raise TypeError("A file names its guardians.")
        by: dict[str, Any] = {"actor": actor, "at": at}
        family = self._families[patient.pk]
        here = [each for each in family if each.relation.ended_at is None]
        if not is_own and any(each.tie.guards for each in here):
            return False
        if same := [each for each in here if each.is_same(named)]:
            return guardian.decides and self._made_guardian(patient, same, by)
        if any(each.is_same(named) for each in family):
            return False
        add_relative(patient=patient, relative=named, tie=tie_of_guardian(guardian), **by)
        return True

    def _made_guardian(self, patient: Patient, same: list[_Relative], by: dict[str, Any]) -> bool:
        if any(each.tie.guards for each in same):
            return False
        """What they may be told stays as it stands: somebody may have wanted it so."""
        row, tie = same[0].relation, replace(same[0].tie, guards=True)
        change_relative(relation=row, seen_from=patient, version=row.version, tie=tie, **by)
        return True

    @cached_property
    def _families(self) -> defaultdict[int, list[_Relative]]:
        found: defaultdict[int, list[_Relative]] = defaultdict(list)
        rows = Relation.objects.filter(Q(patient__in=self._people) | Q(relative__in=self._people)).order_by("pk")
        for row in rows.select_related("patient", "relative"):
            for one, other in ((row.patient, row.relative), (row.relative, row.patient)):
                if one is not None:
                    found[one.pk].append(_seen(row, one, other))
        return found


def guardian_of(row: ReadRow, held: Patient | None, on: date) -> NewGuardian | None:
    """Whom the row names, as registration would read it; None where it names nobody, or not how they are reached.

    Of whoever is known to decide alone it is a relative. `held`: the person, where they are on file.
    """
    told = row.told
    is_parents = told.get("phone_owner") == Phone.Owner.PARENT
    phone = guardian_reached_on(told.get("guardian_phone"), told.get("phone"), is_parents=is_parents)
    if "guardian" not in told or phone is None:
        return None
    role = told.get("guardian_role", Relation.Role.OTHER)
    birth = _birth(told, held)
    return NewGuardian(Named(told["guardian"], phone), role, decides=not any(birth) or rules.needs_guardian(*birth, on))


def _birth(told: dict[str, Any], held: Patient | None) -> tuple[date | None, int | None]:
    """Date and year, as the row tells them or its card, else as they stand on file."""
    if "birth" in told:
        return told["birth"]  # type: ignore[no-any-return]  # as the field reads it
    if held is not None and (held.birth_date or held.birth_year):
        return held.birth_date, held.birth_year
    if "resident_id" in told:
        return completed_by(told["resident_id"], {})["birth_date"], None
    return None, None


def _seen(row: Relation, one: Patient, other: Patient | None) -> _Relative:
    return _Relative(row, row.tie_from(one), other.name if other is not None else row.name)
