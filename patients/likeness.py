"""How much two records look like one person: points for what agrees and against what differs, each with its reason.

No points for what is not known. A phone counts most where both call it their own: a family shares one.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib import pinyin
from hospital_crm.lib.sealing import keyed_hash
from patients import rules

OWN = "own"
MOST = 100


class Reason(TextChoices):
    SAME_IDENTITY = "same_identity", _("same identity document")
    SAME_HOSPITAL_NUMBER = "same_hospital_number", _("same hospital number")
    SAME_NAME = "same_name", _("same name")
    SURNAME_VARIANT = "surname_variant", _("same name, surname written otherwise")
    SAME_PINYIN = "same_pinyin", _("same name in pinyin")
    SAME_BIRTH_DATE = "same_birth_date", _("same date of birth")
    SAME_BIRTH_YEAR = "same_birth_year", _("same year of birth")
    TURNED_BIRTH = "turned_birth", _("day and month of birth exchanged")
    SAME_OWN_PHONE = "same_own_phone", _("same phone, each one's own")
    SAME_PHONE = "same_phone", _("same phone, a relative's")
    OTHER_IDENTITY = "other_identity", _("another identity card")
    OTHER_NAME = "other_name", _("another name")
    OTHER_BIRTH = "other_birth", _("another birth")
    OTHER_SEX = "other_sex", _("another sex")


POINTS = {
    Reason.SAME_IDENTITY: MOST,
    Reason.SAME_HOSPITAL_NUMBER: MOST,
    Reason.SAME_NAME: 35,
    Reason.SURNAME_VARIANT: 30,
    Reason.SAME_PINYIN: 25,
    Reason.SAME_BIRTH_DATE: 30,
    Reason.SAME_BIRTH_YEAR: 10,
    Reason.TURNED_BIRTH: 15,
    Reason.SAME_OWN_PHONE: 30,
    Reason.SAME_PHONE: 15,
    Reason.OTHER_IDENTITY: -70,
    Reason.OTHER_NAME: -30,
    Reason.OTHER_BIRTH: -30,
    Reason.OTHER_SEX: -20,
}
CERTAIN = {Reason.SAME_IDENTITY, Reason.SAME_HOSPITAL_NUMBER}
KNOWN_SEXES = {"female", "male"}


@dataclass(frozen=True)
class Traits:
    """What is compared of somebody. `phones`: digits and whose they are; `documents`: kind and hash."""

    name: str
    birth_date: date | None = None
    birth_year: int | None = None
    sex: str = ""
    hospital_number: str = ""
    phones: tuple[tuple[str, str], ...] = ()
    documents: tuple[tuple[str, str], ...] = ()

    @property
    def year(self) -> int | None:
        return self.birth_date.year if self.birth_date else self.birth_year


Finding = tuple[Reason, str]  # and what it is about: the shared number, for example


@dataclass(frozen=True)
class Likeness:
    findings: tuple[Finding, ...]

    @property
    def reasons(self) -> list[Reason]:
        """What speaks for one person first, then what speaks against it; the weightiest of each first."""
        return sorted((reason for reason, _value in self.findings), key=lambda reason: -POINTS[reason])

    @property
    def score(self) -> int:
        """0 to 100. A certain sign is not weighed against others."""
        if self.is_certain:
            return MOST
        return max(0, min(MOST, sum(POINTS[reason] for reason, _value in self.findings)))

    @property
    def is_certain(self) -> bool:
        return any(reason in CERTAIN for reason, _value in self.findings)

    @property
    def basis(self) -> str:
        """Names what it rests on, unreadably: another one if a reason, or the value that it is about, changes."""
        return keyed_hash(json.dumps(sorted(self.findings)), purpose="patients.likeness")


def likeness(one: Traits, other: Traits) -> Likeness:
    """What speaks for and against these two being the same person."""
    parts = (_identity, _hospital_number, _name, _birth, _phone, _sex)
    return Likeness(tuple(finding for part in parts for finding in part(one, other)))


def _identity(one: Traits, other: Traits) -> Iterator[Finding]:
    if shared := set(one.documents) & set(other.documents):
        yield Reason.SAME_IDENTITY, min(shared)[1]
    elif _cards(one) and _cards(other):
        yield Reason.OTHER_IDENTITY, ""


def _cards(one: Traits) -> set[str]:
    return {digest for kind, digest in one.documents if kind == rules.RESIDENT_ID}


def _hospital_number(one: Traits, other: Traits) -> Iterator[Finding]:
    if one.hospital_number and rules.plain(one.hospital_number) == rules.plain(other.hospital_number):
        yield Reason.SAME_HOSPITAL_NUMBER, one.hospital_number


def _name(one: Traits, other: Traits) -> Iterator[Finding]:
    first, second = _written(one.name), _written(other.name)
    if not (first and second):
        return
    if first == second:
        yield Reason.SAME_NAME, first
    elif shared := _sounds(first) & _sounds(second):
        is_variant = _given(first) == _given(second)
        yield Reason.SURNAME_VARIANT if is_variant else Reason.SAME_PINYIN, min(shared)
    else:
        yield Reason.OTHER_NAME, ""


def _written(name: str) -> str:
    return "".join(rules.plain(name).split())


def _sounds(name: str) -> set[str]:
    return {reading.full for reading in pinyin.name_readings(name) if reading.full}


def _given(name: str) -> str:
    return name.removeprefix(pinyin.family_name(name))


def _birth(one: Traits, other: Traits) -> Iterator[Finding]:
    if one.year is None or other.year is None:
        return
    if one.birth_date and other.birth_date:
        yield _dates(one.birth_date, other.birth_date), one.birth_date.isoformat()
    else:
        yield Reason.SAME_BIRTH_YEAR if one.year == other.year else Reason.OTHER_BIRTH, str(one.year)


def _dates(one: date, other: date) -> Reason:
    if one == other:
        return Reason.SAME_BIRTH_DATE
    is_turned = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    return Reason.TURNED_BIRTH if is_turned else Reason.OTHER_BIRTH


def _phone(one: Traits, other: Traits) -> Iterator[Finding]:
    """The weightiest number that both have."""
    first, second = _owners(one.phones), _owners(other.phones)
    shared = sorted(first.keys() & second.keys())
    if own := [digits for digits in shared if OWN in first[digits] and OWN in second[digits]]:
        yield Reason.SAME_OWN_PHONE, own[0]
    elif shared:
        yield Reason.SAME_PHONE, shared[0]


def _owners(phones: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    owners: dict[str, set[str]] = {}
    for digits, owner in phones:
        owners.setdefault(digits, set()).add(owner)
    return owners


def _sex(one: Traits, other: Traits) -> Iterator[Finding]:
    if one.sex != other.sex and {one.sex, other.sex} <= KNOWN_SEXES:
        yield Reason.OTHER_SEX, ""
