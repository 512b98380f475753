"""Two records field by field, as people read them: what lies open in lists stays masked here as there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Staff
from hospital_crm.lib.districts import districts
from patients.forms.merges import MergeForm
from patients.models import Identifier, Patient, Relation
from patients.services.choices import BIRTH, GROUPS, HOURS, values_of
from patients.services.consents import standing_of
from patients.services.relatives import Kin, kin_of

LABELS: dict[str, Any] = {BIRTH: _("Date or year of birth"), HOURS: _("Hours in which to be reached")}
HIDDEN = "***"


@dataclass(frozen=True)
class Row:
    label: str
    older: str
    newer: str
    differs: bool
    name: str = ""  # of the choice, where there is one
    pick: str = ""


def facts_of(older: Patient, newer: Patient, *, reader: Staff, with_numbers: bool) -> list[Row]:
    """What nobody chooses: the one who stays has all of it."""
    told = {
        _("Number"): _number,
        _("Phones"): _phones,
        _("Documents"): _documents,
        _("Family"): lambda patient: _family(patient, reader),
        _("Visits"): lambda patient: _count(patient.visits.standing().count()),
        _("Open promises"): lambda patient: _count(_promises(patient, reader)),
        _("Consents"): _consents,
    }
    rows = ((label, tell) for label, tell in told.items() if with_numbers or tell is not _number)
    return [_row(str(label), tell(older), tell(newer)) for label, tell in rows]


def choices_of(form: MergeForm) -> list[Row]:
    older, newer = form.pair.older, form.pair.newer
    return [_choice(form, group, older, newer) for group in GROUPS if _is_told(group, older, newer)]


def _is_told(group: str, older: Patient, newer: Patient) -> bool:
    return any(value not in (None, "") for patient in (older, newer) for value in values_of(patient, group))


def _choice(form: MergeForm, group: str, older: Patient, newer: Patient) -> Row:
    name = f"pick_{group}"
    pick = str(form[name].value() or form.fields[name].initial) if name in form.fields else ""  # new since it was sent
    label = LABELS.get(group) or Patient._meta.get_field(group).verbose_name  # type: ignore[union-attr]
    return Row(
        str(label), text_of(older, group), text_of(newer, group), name in form.fields, name if pick else "", pick
    )


def text_of(patient: Patient, group: str) -> str:
    """A field's value in words; "" for none. An address is not shown here, an e-mail address masked."""
    if group == "address":
        return HIDDEN if patient.address else ""
    if group == "email":
        return patient.masked_email
    if group == "district":
        return str(districts().get(patient.district, ""))
    return " – ".join(_text(patient, name) for name in GROUPS[group] if getattr(patient, name) not in (None, ""))


def label_of(group: str) -> str:
    return str(LABELS.get(group) or Patient._meta.get_field(group).verbose_name)  # type: ignore[union-attr]


def _text(patient: Patient, name: str) -> str:
    field = Patient._meta.get_field(name.removesuffix("_id"))
    if getattr(field, "choices", None):
        return str(getattr(patient, f"get_{name}_display")())
    value = getattr(patient, field.name)
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "Y-m-d H:i")
    if hasattr(value, "strftime"):
        return value.strftime("%H:%M") if name in GROUPS[HOURS] else date_format(value, "Y-m-d")
    return str(getattr(value, "label", None) or getattr(value, "name", None) or value)


def _row(label: str, older: str, newer: str) -> Row:
    return Row(label, older, newer, older != newer)


def _number(patient: Patient) -> str:
    return patient.number


def _phones(patient: Patient) -> str:
    return " · ".join(f"{phone.masked} {phone.get_owner_display()}" for phone in patient.phones.all())


def _documents(patient: Patient) -> str:
    """Not the numbers under which other systems know the person."""
    documents = (each for each in patient.identifiers.all() if each.type != Identifier.Type.SYSTEM)
    return " · ".join(each.shown for each in documents)


def _count(number: int) -> str:
    return str(number or "")


def _promises(patient: Patient, reader: Staff) -> int:
    """Each opens the person to whoever owes it."""
    return patient.access_grants.open().not_about(reader).values("source").distinct().count()


def _family(patient: Patient, reader: Staff) -> str:
    return " / ".join(_relative(each) for each in kin_of(patient, reader))


def _relative(kin: Kin) -> str:
    name = gettext("not shown to you") if kin.is_hidden else (kin.other.name if kin.other else kin.relation.name)
    more = [kin.role_label]
    if kin.tie.guards:
        more.append(gettext("Guardian"))
    if kin.tie.may_be_told != Relation.Told.NOTHING:
        more.append(gettext("May be told: %(what)s") % {"what": kin.told_label})
    return f"{name} ({' · '.join(more)})"


def _consents(patient: Patient) -> str:
    """What was said, not what holds unasked."""
    standing = standing_of(patient, timezone.localdate())
    words = [word for each in standing.values() for word in (each.said, *each.channels)]
    return " · ".join(word.told_on(word.channel) for word in words if word is not None)
