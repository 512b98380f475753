"""The copy of a person's data as people read it: the same file, with headings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hospital_crm.lib import phones

if TYPE_CHECKING:
    from jobs.models import StoredFile

Words = dict[str, str | Promise]
LABELS: Words = {
    "added_at": gettext_lazy("Added"),
    "address": gettext_lazy("Home address"),
    "answer": gettext_lazy("How it was answered"),
    "asked_at": gettext_lazy("Asked"),
    "asker": gettext_lazy("Who asked"),
    "at": gettext_lazy("When"),
    "born": gettext_lazy("Born"),
    "card": gettext_lazy("Card"),
    "guardian": gettext_lazy("The guardian's name"),
    "tags": gettext_lazy("Tags"),
    "channel": gettext_lazy("Channel"),
    "decided_at": gettext_lazy("When"),
    "last_on": gettext_lazy("Last day"),
    "department": gettext_lazy("Department"),
    "diagnoses": gettext_lazy("Diagnoses"),
    "died_on": gettext_lazy("Died on"),
    "direction": gettext_lazy("Direction"),
    "disposition": gettext_lazy("How it ended"),
    "district": gettext_lazy("District"),
    "email": gettext_lazy("E-mail"),
    "fate": gettext_lazy("What the provider tells"),
    "doctor": gettext_lazy("Doctor"),
    "due_at": gettext_lazy("Due"),
    "due_on": gettext_lazy("Answer due"),
    "ended_at": gettext_lazy("Ended"),
    "ends_at": gettext_lazy("Ends"),
    "external_id": gettext_lazy("Number there"),
    "hospital_number": gettext_lazy("Hospital number"),
    "insurance": gettext_lazy("Insurance"),
    "insured": gettext_lazy("Paid by insurance"),
    "is_allowed": gettext_lazy("Allowed"),
    "is_given": gettext_lazy("Agreed"),
    "is_guardian": gettext_lazy("Guardian"),
    "is_primary": gettext_lazy("Dialled first"),
    "kind": gettext_lazy("Kind"),
    "checked": gettext_lazy("Checked"),
    "checked_at": gettext_lazy("Checked at"),
    "last_success_at": gettext_lazy("Last reached"),
    "organisation": gettext_lazy("Organisation"),
    "position": gettext_lazy("Job title"),
    "staff_number": gettext_lazy("Staff number"),
    "since": gettext_lazy("Since"),
    "until": gettext_lazy("Until"),
    "language": gettext_lazy("Language"),
    "last_contact_at": gettext_lazy("Last contact"),
    "last_source": gettext_lazy("Media source, last"),
    "lifted_at": gettext_lazy("Lifted"),
    "logged_at": gettext_lazy("When"),
    "made_at": gettext_lazy("Made"),
    "may_be_told": gettext_lazy("May be told"),
    "message_class": gettext_lazy("Class"),
    "name": gettext_lazy("Name"),
    "not_before": gettext_lazy("Do not call before"),
    "number": gettext_lazy("Number"),
    "occupation": gettext_lazy("Occupation"),
    "operations": gettext_lazy("Operations"),
    "opted_out_at": gettext_lazy("When"),
    "otherwise": gettext_lazy("Decided otherwise for"),
    "owner": gettext_lazy("Whose phone"),
    "phone": gettext_lazy("Phone"),
    "preferred_channel": gettext_lazy("Likes to be reached"),
    "preferred_from": gettext_lazy("Best reached from"),
    "preferred_until": gettext_lazy("Best reached until"),
    "purpose": gettext_lazy("Purpose"),
    "reached": gettext_lazy("Reached"),
    "reason": gettext_lazy("Reason"),
    "received_at": gettext_lazy("When"),
    "registered_at": gettext_lazy("Registered"),
    "residence": gettext_lazy("Place of residence"),
    "role": gettext_lazy("Is to the patient"),
    "said_by": gettext_lazy("Who said so"),
    "scope": gettext_lazy("What stops"),
    "send_at": gettext_lazy("When"),
    "sex": gettext_lazy("Sex"),
    "signed_paper": gettext_lazy("Signed paper"),
    "source": gettext_lazy("Media source"),
    "started_at": gettext_lazy("When"),
    "starts_at": gettext_lazy("Begins"),
    "state": gettext_lazy("State"),
    "status": gettext_lazy("State"),
    "system": gettext_lazy("System"),
    "text": gettext_lazy("In these words"),
    "topics": gettext_lazy("Topics"),
    "total": gettext_lazy("Amount"),
    "type": gettext_lazy("Document"),
    "way": gettext_lazy("How"),
    "what": gettext_lazy("What"),
    "who": gettext_lazy("Who, by role"),
    "why": gettext_lazy("Purpose or fields"),
    "wording": gettext_lazy("In these words"),
}
NUMBERS = {"phone", "address"}  # fields that hold one, or an e-mail or home address instead
# Where a section means something else by the same name.
OTHERWISE: dict[str, Words] = {
    "documents": {"number": pgettext_lazy("of a document", "Number")},
    "messages": {"address": gettext_lazy("Sent to")},
    "visits": {"disposition": gettext_lazy("Discharged"), "source": gettext_lazy("System")},
}
TITLES: Words = {
    "person": gettext_lazy("Who you are"),
    "phones": gettext_lazy("Phones"),
    "documents": gettext_lazy("Documents"),
    "relatives": gettext_lazy("Relatives"),
    "employers": gettext_lazy("Where you work"),
    "visits": gettext_lazy("Visits"),
    "consents_now": gettext_lazy("What you agree to now"),
    "consents": gettext_lazy("What you agreed to, and when"),
    "calls": gettext_lazy("Calls and enquiries"),
    "promises": gettext_lazy("Promises"),
    "messages": gettext_lazy("Messages"),
    "stopped_messages": gettext_lazy("Which messages you stopped"),
    "texts": gettext_lazy("What you wrote to us"),
    "contacts": gettext_lazy("When we tried to reach you"),
    "looks": gettext_lazy("Who looked"),
    "data_requests": gettext_lazy("What you asked about your data"),
}


@dataclass(frozen=True)
class Section:
    """`records` are the rows as pairs of label and text, without what is empty."""

    title: str
    records: list[list[tuple[str, str]]]


def read_copy(stored: StoredFile) -> dict[str, Any]:
    with stored.content.open("rb") as raw:
        content: dict[str, Any] = json.load(raw)
    return content


def sections_of(content: dict[str, Any]) -> list[Section]:
    """In the order in which people read it; in the reader's language as far as labels go."""
    rows = content["sections"]
    return [
        Section(str(title), [_record(row, LABELS | OTHERWISE.get(name, {})) for row in rows.get(name, [])])
        for name, title in TITLES.items()
    ]


def _record(row: dict[str, Any], labels: Words) -> list[tuple[str, str]]:
    told = ((str(labels[name]), _told(name, as_text(value))) for name, value in row.items())
    return [(label, text) for label, text in told if text]


def _told(name: str, text: str) -> str:
    """Numbers in one spelling, whichever part kept them; addresses and the words for another's number as they are."""
    if name not in NUMBERS or not phones.searchable(text):
        return text
    try:
        return phones.shown(phones.read_phone(text).digits)
    except phones.NotAPhoneNumber:  # digits too few or too many, as an address may be
        return text


def as_text(value: Any) -> str:
    """As people read it: choices in words, moments to the minute."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return str(value["text"])
    return value[:16].replace("T", " ") if _is_moment(value) else str(value or "")


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) and len(value) > 16 and value[4:5] == value[7:8] == "-" and value[10:11] == "T"
