"""Whatever points at a patient, in any app, is moved by a merge and put back when it is undone. Mission A4."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db.models import Model

from accounts.models import Staff
from institution.models import ReferenceItem
from messaging.models import ContactLog, Hold, InboundText, MessageClass, OptOut
from messaging.services.contact_log import log_contact
from messaging.services.holds import place_hold
from messaging.services.opt_outs import opt_out
from patients.kinship import Tie
from patients.models import (
    BulkRefusal,
    DataRequest,
    DuplicatePair,
    GuardianQuestion,
    Identifier,
    LookToCheck,
    MatchKey,
    Patient,
    Purpose,
    SearchToken,
    TimelineEntry,
)
from patients.services.bulk_tags import request_tags
from patients.services.colleagues import name_colleague
from patients.services.consents import Decision, record_consent
from patients.services.contacts import attach_contact, find_or_create_contact
from patients.services.employments import add_employee
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.merges import merge_patients, stays_with_merges
from patients.services.moving import references_to
from patients.services.organisation_people import add_organisation_contact
from patients.services.relatives import add_relative
from patients.services.rights import Asked, open_request
from patients.services.selections import choose_patients
from patients.services.tags import tag_patient
from patients.services.unmerging import undo_merge
from tests import make
from tests.messaging.make import message
from tests.patients.everything import differences, everything


def _pair(patient: Patient, other: Patient, now: datetime) -> None:
    older, newer = sorted((patient, other), key=lambda row: row.pk)
    DuplicatePair.objects.create(older=older, newer=newer, score=60, basis="x", found_at=now)


def _contact(patient: Patient, now: datetime) -> None:
    caller = find_or_create_contact(name="", digits="13700004321", actor=make.by(), at=now)
    attach_contact(contact=caller, patient=patient, actor=make.by(), at=now)


def _hold(patient: Patient, now: datetime) -> None:
    more = {"reason": Hold.Reason.REQUEST, "source": "request:1", "actor": make.by(), "at": now}
    place_hold(patient=patient, classes=[MessageClass.CARE], **more)  # type: ignore[arg-type]


def _wrote(patient: Patient, now: datetime) -> None:
    told = {"digest": "x", "masked": "x", "said_at": now, "received_at": now, "provider_id": f"text:{patient.pk}"}
    InboundText.objects.create(patient=patient, channel=ContactLog.Channel.SMS, provider="test", **told)


def _stopped(patient: Patient, now: datetime) -> None:
    opt_out(patient=patient, way=OptOut.Way.COLLEAGUE, actor=make.by(), at=now)


def _logged(patient: Patient, now: datetime) -> None:
    more = {"reached": True, "source": "call:1", "actor": make.by(), "at": now}
    log_contact(target=patient, channel=ContactLog.Channel.PHONE, **more)  # type: ignore[arg-type]


def _card(patient: Patient, now: datetime) -> None:
    card = NewIdentifier(Identifier.Type.RESIDENT_ID, "11010519491231002X")  # the worked example of the standard
    add_identifier(patient=patient, new=card, actor=make.by(), at=now)


def _consent(patient: Patient, now: datetime) -> None:
    record_consent(patient=patient, decision=Decision(Purpose.MARKETING, True), actor=make.by(), at=now)


def _merged_before(patient: Patient, now: datetime) -> None:
    merge_patients(survivor=patient, merged=make.patient("王建军"), actor=make.by(), at=now)


def _relative(patient: Patient, relative: Patient, now: datetime) -> None:
    add_relative(patient=patient, relative=relative, tie=Tie("sibling"), actor=make.by(), at=now)


def _employed(patient: Patient, now: datetime) -> None:
    add_employee(organisation=make.organisation(), patient=patient, values={}, actor=make.by(), at=now)


def _spoken_with(patient: Patient, now: datetime) -> None:
    place = make.organisation()
    add_organisation_contact(
        organisation=place, values={"name": patient.name}, patient=patient, actor=make.by(), at=now
    )


def _asked(patient: Patient, now: datetime) -> None:
    asked = Asked(DataRequest.Kind.COPY, DataRequest.Identity.DOCUMENT)
    open_request(patient=patient, asked=asked, actor=make.by(), at=now)


def _lacks_guardian(patient: Patient, now: datetime) -> None:
    GuardianQuestion.objects.create(patient=patient, asked_at=now, asked_by=make.by())


def _looked_at(patient: Patient, staff: Staff, now: datetime) -> None:
    LookToCheck.objects.create(
        kind="colleague", staff=staff, day=now.date(), patient=patient, looks=1, found_at=now, updated_at=now
    )


def _tagged(patient: Patient, now: datetime) -> None:
    """Both have one of them."""
    words = ReferenceItem.objects.of_list("patient_tag")
    tags = [words[0], words[1 + patient.pk % 2]]
    tag_patient(patient=patient, tags=tags, actor=make.by(), at=now)


def _refused(patient: Patient, staff: Staff, now: datetime) -> None:
    selection = choose_patients(staff=staff, keys=[patient.pk], at=now)
    act = request_tags(selection=selection, on=ReferenceItem.objects.of_list("patient_tag")[:1], staff=staff, at=now)
    BulkRefusal.objects.create(act=act, patient=patient, code="x")


Builder = Callable[[Patient, Staff, datetime], object]
# A row for each column that points at a patient; what another app adds needs a line here.
ROWS: dict[str, Builder] = {
    "consult.Call.patient": lambda patient, staff, now: make.call(staff, patient, at=now),
    "messaging.ContactLog.patient": lambda patient, staff, now: _logged(patient, now),
    "messaging.InboundText.patient": lambda patient, staff, now: _wrote(patient, now),
    "messaging.OptOut.patient": lambda patient, staff, now: _stopped(patient, now),
    "messaging.Hold.patient": lambda patient, staff, now: _hold(patient, now),
    "messaging.Message.about_patient": lambda patient, staff, now: message(staff, now, about=patient),
    "messaging.Message.patient": lambda patient, staff, now: message(
        patient, now, channel="email", message_class=MessageClass.CARE
    ),
    "patients.AccessGrant.patient": lambda patient, staff, now: make.promise(patient, owner=staff, at=now),
    "patients.ColleagueRecord.patient": lambda patient, staff, now: name_colleague(
        patient=patient, staff=make.staff(), actor=make.by(), at=now
    ),
    "patients.Consent.patient": lambda patient, staff, now: _consent(patient, now),
    "patients.Contact.became": lambda patient, staff, now: _contact(patient, now),
    "patients.DataRequest.patient": lambda patient, staff, now: _asked(patient, now),
    "patients.DuplicatePair.newer": lambda patient, staff, now: _pair(patient, Patient.objects.earliest("pk"), now),
    "patients.DuplicatePair.older": lambda patient, staff, now: _pair(patient, make.patient("王建军"), now),
    "patients.Employment.patient": lambda patient, staff, now: _employed(patient, now),
    "patients.GuardianQuestion.patient": lambda patient, staff, now: _lacks_guardian(patient, now),
    "patients.Identifier.patient": lambda patient, staff, now: _card(patient, now),
    "patients.LookToCheck.patient": lambda patient, staff, now: _looked_at(patient, staff, now),
    "patients.MatchKey.patient": lambda patient, staff, now: MatchKey.objects.create(patient=patient, key="x"),
    "patients.Merge.merged": lambda patient, staff, now: None,  # the merge itself
    "patients.Merge.survivor": lambda patient, staff, now: _merged_before(patient, now),
    "patients.OrganisationContact.patient": lambda patient, staff, now: _spoken_with(patient, now),
    "patients.Patient.merged_into": lambda patient, staff, now: None,  # as above
    "patients.BulkRefusal.patient": lambda patient, staff, now: _refused(patient, staff, now),
    "patients.PatientTag.patient": lambda patient, staff, now: _tagged(patient, now),
    "patients.Phone.patient": lambda patient, staff, now: make.phone(patient, "13900005678"),
    "patients.Relation.patient": lambda patient, staff, now: _relative(patient, make.patient("王小雨"), now),
    "patients.Relation.relative": lambda patient, staff, now: _relative(make.patient("王小雪"), patient, now),
    "patients.SearchToken.patient": lambda patient, staff, now: None,  # by its name
    "patients.TimelineEntry.patient": lambda patient, staff, now: None,  # that it was registered
    "patients.Visit.patient": lambda patient, staff, now: make.visit(patient, starts_at=now),
    "promises.Promise.patient": lambda patient, staff, now: make.promise(patient, owner=staff, at=now),
}


def columns() -> dict[str, tuple[type[Model], str]]:
    return {f"{each.model._meta.label}.{each.name}": (each.model, each.name) for each in references_to(Patient)}


def pointing_at(patient: Patient) -> set[str]:
    return {
        name for name, (model, column) in columns().items() if model._base_manager.filter(**{column: patient}).exists()
    }


def test_every_column_has_a_row_here() -> None:
    assert sorted(ROWS) == sorted(columns())


def test_columns_that_have_no_way_back_are_found_too() -> None:
    """As those of many-to-many tables, and of `related_name="+"`."""
    found = {each.model._meta.label for each in references_to(Staff)}
    assert {"patients.AccessGrant", "patients.AccessGrant_excluded"} <= found


@pytest.fixture
def both(alice: Staff, now: datetime) -> tuple[Patient, Patient]:
    """With a row of everything, each of them."""
    first = make.patient("赵云", at=now)
    survivor, merged = make.patient("张桂兰", "13800001234", at=now), make.patient("张贵兰", "13800001234", at=now)
    for name in sorted(ROWS, key=lambda name: "Merge" not in name):  # a merge makes keys anew
        for patient in (survivor, merged):
            ROWS[name](patient, alice, now)
    assert first.pk < survivor.pk < merged.pk
    return survivor, merged


def test_everything_is_moved_and_put_back(both: tuple[Patient, Patient], now: datetime) -> None:
    survivor, merged = both
    stays = {f"{each.model._meta.label}.{each.name}" for each in stays_with_merges()}
    assert pointing_at(merged) >= set(ROWS) - {"patients.Merge.merged"}
    before = everything()
    merge = merge_patients(survivor=survivor, merged=merged, actor=make.by(), at=now)
    assert pointing_at(merged) <= stays
    assert pointing_at(survivor) >= set(ROWS) - {"patients.Merge.merged", "patients.MatchKey.patient"}  # made anew
    assert SearchToken.objects.exists()
    assert TimelineEntry.objects.filter(patient=survivor).count() > 2
    undo_merge(merge=merge, actor=make.by(), at=now)
    assert differences(before, everything()) == []
