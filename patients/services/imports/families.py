"""The guardian whom a row of a file names, beside the relatives who are on file."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q

from accounts.models import Actor
from patients import rules
from patients.kinship import Tie
from patients.models import Patient, Phone, Relation
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
        """The guardian stands in the family; whether that is new.

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
            return self._made_guardian(patient, same, by)
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


def guardian_of(row: ReadRow) -> NewGuardian | None:
    """Whom the row names, as registration would read it; None where it names nobody."""
    told = row.told
    if "guardian" not in told:
        return None
    is_parents = told.get("phone_owner") == Phone.Owner.PARENT
    phone = guardian_reached_on(told.get("guardian_phone"), told.get("phone"), is_parents=is_parents)
    return NewGuardian(Named(told["guardian"], phone), told.get("guardian_role", Relation.Role.PARENT))


def _seen(row: Relation, one: Patient, other: Patient | None) -> _Relative:
    return _Relative(row, row.tie_from(one), other.name if other is not None else row.name)
