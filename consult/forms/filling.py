"""What is known about whoever was taken stands in the form before anybody asks."""

from datetime import datetime

from django.utils import timezone

from consult.services.callers import OWNERS
from hospital_crm.lib.phones import leads_to, searchable, without_extension
from institution.models import ReferenceItem
from patients.models import Contact, Patient

Content = dict[str, list[str]]


def filled(
    content: Content, *, person: Patient | Contact | None, value: str, relations: list[ReferenceItem], now: datetime
) -> Content:
    """The content with the person's details; of the same person as before, what was typed stays."""
    if person is None or content.get("filled", [""])[-1] == value:
        return content
    details = {"name": person.name}
    if isinstance(person, Patient):
        age = person.age(timezone.localdate(now))
        details |= {"sex": person.sex, "age": "" if age is None else str(age), "residence": person.residence}
        details["relation"] = _relation(person, content.get("number", [""])[-1], relations)
    known = {name: [text] for name, text in details.items() if text}
    return {**content, **known, "who": [value], "filled": [value], "shown": [str(int(now.timestamp() * 1000))]}


def _relation(patient: Patient, number: str, relations: list[ReferenceItem]) -> str:
    """Who the caller most likely is: whoever the phone belongs to."""
    digits = searchable(without_extension(number))
    owner = next((phone.owner for phone in patient.phones.all() if digits and leads_to(digits, phone.digits)), "")
    code = next((code for code, whose in OWNERS.items() if whose == owner), "")
    return next((str(item.pk) for item in relations if item.code == code), "")
