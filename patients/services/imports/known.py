"""Who is on file of the people that a batch of rows is about, found with a few queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from patients import rules
from patients.models import Identifier, Merge, MergedRow, Patient, SearchToken
from patients.services.choices import TOGETHER, is_blank
from patients.services.fingerprints import print_of_number, rows_of_erased
from patients.services.moving import plain

from .rows import ReadRow, differs

Type = Identifier.Type
Holders = dict[int, bool]  # by key, whether it is the person's own number, and not one of a record that was merged


class KnownPeople:
    """Numbers of merged records lead to whom they became. Whoever merged them has chosen what is true: a row of such a
    number only fills what is blank, and what was turned down then does not come back.
    """

    def __init__(self, rows: Sequence[ReadRow], scope: str) -> None:
        self._scope = scope
        self._of_digest = _holders_of_digests({digest for row in rows for digest in self._digests(row)})
        numbers = {row.told["hospital_number"] for row in rows if "hospital_number" in row.told}
        people = Patient.objects.filter(hospital_number__in=numbers, erased_at__isnull=True)
        found = people.values_list("hospital_number", "pk", "merged_into") if numbers else ()
        self._of_number = {number: {into or key: into is None} for number, key, into in found}
        keys = {key for each in (*self._of_digest.values(), *self._of_number.values()) for key in each}
        self.people = Patient.objects.prefetch_related("phones").in_bulk(keys) if keys else {}
        self._merges: defaultdict[int, list[Merge]] = defaultdict(list)
        for merge in Merge.objects.open().filter(survivor__in=keys) if keys else ():
            self._merges[merge.survivor_id].append(merge)
        self._forget_moved()
        strangers = [row for row in rows if is_numbered(row) and not self.holders(row)]
        self._erased = rows_of_erased({row.number: set(self._prints(row)) for row in strangers})
        self._namesakes = _namesakes([row for row in rows if not is_numbered(row)])

    def holders(self, row: ReadRow) -> Holders:
        """Whom the row's numbers lead to; the one in the other system says whether it is the person's own row.

        A card at two people says nothing: somebody has to look at them.
        """
        found = self._of_number.get(row.told.get("hospital_number", ""), {}) | self._of_system(row)
        if not found and len(of_card := self._of_card(row)) == 1:
            return of_card
        return found

    def is_erased(self, row: ReadRow) -> bool:
        """Whether a row that leads to nobody tells of somebody whose data are erased, or about to be."""
        return row.number in self._erased

    def is_of_several(self, row: ReadRow) -> bool:
        """Whether nothing but a card is told, and several people have it."""
        return not ({"external_id", "hospital_number"} & row.told.keys()) and len(self._of_card(row)) > 1

    def leads_to(self, number: str, patient: Patient) -> bool:
        """Whether it is the person's hospital number, by now or as a merged record."""
        return patient.pk in self._of_number.get(number, {})

    def has(self, patient: Patient, digest: str) -> bool:
        """Whether the document is the person's, by now or as a merged record."""
        return patient.pk in self._of_digest.get(digest, {})

    def is_alike(self, row: ReadRow) -> bool:
        if is_numbered(row):
            return False
        same = self._namesakes.get(rules.plain(row.told["name"]), [])
        phone, birth = row.told.get("phone"), row.told.get("birth")
        if phone is None and birth is None:
            return bool(same)
        return any(
            (phone is not None and phone.digits in {each.digits for each in patient.phones.all()})
            or birth == (patient.birth_date, patient.birth_year)
            for patient in same
        )

    def changes(self, patient: Patient, values: Mapping[str, Any], *, is_own: bool) -> dict[str, Any]:
        """What of the values is to be written."""
        groups: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        for name, value in values.items():
            groups[TOGETHER.get(name, name)][name] = value
        found: dict[str, Any] = {}
        for group, told in groups.items():
            if not any(differs(patient, name, value) for name, value in told.items()):
                continue
            if is_blank(patient, group) or (is_own and not self._is_turned_down(patient, told)):
                found |= told
        return found

    def _is_turned_down(self, patient: Patient, told: Mapping[str, Any]) -> bool:
        """Whether it is what the person's record held when somebody chose the other one's."""
        columns = {Patient._meta.get_field(name).attname: plain(getattr(v, "pk", v)) for name, v in told.items()}  # type: ignore[union-attr]
        for merge in self._merges.get(patient.pk, ()):
            before, after = merge.before["survivor"], merge.after["survivor"]
            if columns.keys() & after.keys() and all(before.get(name) == value for name, value in columns.items()):
                return True
        return False

    def _forget_moved(self) -> None:
        """The documents that came with a merge are not the survivor's own."""
        merges = [merge.pk for each in self._merges.values() for merge in each]
        if not merges:
            return
        moved = MergedRow.objects.filter(merge__in=merges, model=Identifier._meta.label).values("row")
        for digest, patient in Identifier.objects.filter(pk__in=moved).values_list("digest", "patient"):
            if patient in self._of_digest.get(digest, {}):
                self._of_digest[digest][patient] = False

    def _of_system(self, row: ReadRow) -> Holders:
        if "external_id" not in row.told:
            return {}
        return self._of_digest.get(rules.digest_of(Type.SYSTEM, row.told["external_id"], self._scope), {})

    def _of_card(self, row: ReadRow) -> Holders:
        if "resident_id" not in row.told:
            return {}
        return self._of_digest.get(rules.digest_of(Type.RESIDENT_ID, row.told["resident_id"]), {})

    def _prints(self, row: ReadRow) -> Iterator[str]:
        yield from self._digests(row)
        if "hospital_number" in row.told:
            yield print_of_number(row.told["hospital_number"])

    def _digests(self, row: ReadRow) -> Iterator[str]:
        told = row.told
        if "external_id" in told:
            yield rules.digest_of(Type.SYSTEM, told["external_id"], self._scope)
        if "resident_id" in told:
            yield rules.digest_of(Type.RESIDENT_ID, told["resident_id"])


def is_numbered(row: ReadRow) -> bool:
    return bool({"external_id", "hospital_number", "resident_id"} & row.told.keys())


def _holders_of_digests(digests: Iterable[str]) -> dict[str, Holders]:
    found: dict[str, Holders] = {}
    held = Identifier.objects.filter(digest__in=set(digests), patient__erased_at__isnull=True)
    for digest, patient, into in held.values_list("digest", "patient", "patient__merged_into"):
        found.setdefault(digest, {})[into or patient] = into is None
    return found


def _namesakes(rows: Sequence[ReadRow]) -> dict[str, list[Patient]]:
    """By the token table: names themselves have no index."""
    tokens = {token for row in rows if (token := _token_of(row.told["name"]))}
    keys = SearchToken.objects.filter(token__in=tokens).values("patient")
    found: dict[str, list[Patient]] = {}
    if tokens:
        for patient in Patient.objects.filter(pk__in=keys).prefetch_related("phones"):
            found.setdefault(rules.plain(patient.name), []).append(patient)
    return found


def _token_of(name: str) -> str:
    """The piece that fewest share: the whole reading."""
    return max((token for token in rules.tokens_of(name, (), ()) if token.startswith("p:")), key=len, default="")
