"""Somebody who may be calling, as the page names them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hospital_crm.lib.phones import leads_to, searchable
from patients.models import Contact, Patient

Person = Patient | Contact


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be calling."""

    person: Person
    how: str  # whose phone it is, or that the caller is nobody yet
    is_chosen: bool
    owed: int
    level: str  # what service they are owed; "" for what everybody is
    vip: str  # what the hospital calls its VIPs; "" for whoever is none

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


def value_of(person: Person | None) -> str:
    """As the form names somebody."""
    if person is None:
        return ""
    return f"{'patient' if isinstance(person, Patient) else 'contact'}:{person.pk}"


def vip_of(person: Person | None) -> str:
    return vars(person).get("vip") or "" if isinstance(person, Patient) else ""


def how_known(person: Person, number: str) -> str:
    if isinstance(person, Contact):
        before = _("called before")
        return f"{before} · {_('ext.')} {person.extension}" if person.extension else before
    digits = searchable(number)
    for phone in person.phones.all() if digits else ():
        if leads_to(digits, phone.digits):
            return phone.get_owner_display() if phone.is_valid else phone.get_checked_as_display()
    return _("a relative's phone") if digits else person.number
