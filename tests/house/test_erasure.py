"""After an erasure no column of any table tells who somebody was, but for what is listed as kept. Mission A7."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from accounts.models import Staff
from accounts.services.saved_views import save_view
from consult.models import Call
from consult.services.drafts import keep_draft
from consult.services.exports import CALLS
from dashboards.services.copies import write_next_copy
from followups.models import Attempt
from followups.services.attempts import record_attempt
from hospital_crm.lib.exports import ExportPurpose
from hospital_crm.lib.phones import read_phone
from jobs.services.exports import request_export, run_next_export
from jobs.services.jobs import claim_job, finish_job, request_job
from messaging.models import Message, MessageClass
from messaging.services.exports import MESSAGES
from messaging.services.opt_out_exports import OPT_OUTS
from patients.kinship import Tie
from patients.models import Consent, DataRequest, Identifier, Part, Patient, Purpose
from patients.services.colleagues import name_colleague
from patients.services.consents import Decision, record_consent
from patients.services.contacts import attach_contact, find_or_create_contact
from patients.services.copies import ask_for_copy
from patients.services.duplicates import pair_up
from patients.services.employments import add_employee
from patients.services.exports import CONTACTS, CONTROL, EMPLOYEES, EXPORTS, VISITS, VISITS_THERE
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.merges import merge_patients
from patients.services.moving import references_to
from patients.services.organisation_people import add_organisation_contact
from patients.services.relatives import Named, add_relative
from patients.services.rights import answer_request
from patients.services.scan import scan_some
from patients.services.selections import choose_patients
from promises.services.exports import PROMISES
from promises.services.promises import postpone_promise
from promises.services.rows import keep_up_with_rows
from tests import make
from tests.messaging.make import message
from tests.patients.asked import approved, asked, erase_all

NAME, EARLIER, ADDRESS, CARD = "欧阳端木雪", "欧阳端木血", "天涯海角路 7799 号", "金卡七七九九"
PHONE, SECOND, ID, HIS, SYSTEM = "13955667788", "13955667799", "11010519491231002X", "HN7788990", "SYS7788990"
SAID, MAIL = "雪中送炭的话", "ouyang.xue@example.org"
QUOTED = quote_plus(NAME)  # as an address has it
WORDS = (QUOTED, NAME, EARLIER, ADDRESS, CARD, PHONE, SECOND, ID, HIS, SYSTEM, SAID, MAIL)
# What is kept as the list says: where a message was sent to, what a visit was for, and its number in the other system.
KEPT = {"messaging.Message.address", "patients.Diagnosis.text", "patients.Visit.external_id", "patients.Visit.scope"}
TEXT = (models.CharField, models.TextField, models.JSONField, models.FileField)


def found(*, words: tuple[str, ...] = WORDS) -> Iterator[str]:
    """Each column in which one of the words stands, in whatever table."""
    for model in apps.get_models(include_auto_created=True):
        columns = [field.attname for field in model._meta.concrete_fields if isinstance(field, TEXT)]
        for row in model._base_manager.values(*columns) if columns else ():
            for name, value in row.items():
                text = json.dumps(value, ensure_ascii=False, default=str)
                if any(word in text for word in words):
                    yield f"{model._meta.label}.{name}"


@pytest.fixture
def files(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def ouyang(alice: Staff, dana: Staff, now: datetime, files: Path) -> Patient:
    """With a row of whatever the product keeps about people."""
    person = make.patient(NAME, PHONE, hospital_number=HIS, address=ADDRESS, card=CARD, residence=ADDRESS, at=now)
    earlier = make.patient(EARLIER, SECOND, at=now)
    for kind, number, scope in ((Identifier.Type.RESIDENT_ID, ID, ""), (Identifier.Type.SYSTEM, SYSTEM, "his")):
        add_identifier(patient=person, new=NewIdentifier(kind, number, scope), actor=make.by(), at=now)
    scan_some(at=now)
    merge_patients(survivor=person, merged=earlier, actor=make.by(), at=now)
    add_relative(patient=person, relative=Named(NAME, read_phone(SECOND)), tie=Tie("child"), actor=make.by(), at=now)
    spouse = make.patient("赵云")
    add_relative(patient=person, relative=spouse, tie=Tie("spouse"), actor=make.by(), at=now)
    pair_up(one=person, other=spouse, at=now)
    caller = find_or_create_contact(name=NAME, digits=SECOND, actor=make.by(), at=now)
    attach_contact(contact=caller, patient=person, actor=make.by(), at=now)
    paper = SimpleUploadedFile(f"{NAME}.pdf", b"%PDF-1.7")
    agreed = Decision(Purpose.MARKETING, is_given=True, way=Consent.Way.PAPER)
    record_consent(patient=person, decision=agreed, evidence=paper, actor=alice.actor, at=now)
    make.visit(person, starts_at=now, diagnoses=["H25.9 白内障"], scope="his", external_id=SYSTEM)
    works_for(person, now)
    name_colleague(patient=person, staff=alice, actor=dana.actor, at=now)
    spoken_with(person, alice, now)
    looked_for(dana, now)
    return person


def works_for(person: Patient, now: datetime) -> None:
    """An employee, and one to speak with there."""
    place, number = make.organisation(), read_phone(SECOND)
    about: dict[str, Any] = {"organisation": place, "patient": person, "actor": make.by(), "at": now}
    add_employee(values={"position": SAID, "staff_number": CARD}, **about)
    add_organisation_contact(values={"name": NAME, "position": SAID, "email": MAIL}, phone=number, **about)


def spoken_with(person: Patient, alice: Staff, now: datetime) -> None:
    """Calls, promises, tries, messages, half a call."""
    promise = make.promise(person, owner=alice, note=SAID, at=now)
    postpone_promise(promise=promise, due_at=now.replace(hour=20), reason=SAID, actor=alice.actor, at=now)
    record_attempt(
        promise=promise, outcome=Attempt.Outcome.BUSY, phone=person.phone, note=SAID, actor=alice.actor, at=now
    )
    call = make.call(alice, person, question=SAID, answer=SAID, at=now, name=NAME, number=SECOND)
    told = {"caller_name": NAME, "residence": ADDRESS, "condition": SAID, "note": SAID}
    Call.objects.filter(pk=call.pk).update(**told)
    keep_draft(key=uuid4(), content={"who": [f"patient:{person.pk}"], "name": [NAME]}, staff=alice, at=now)
    keep_draft(key=uuid4(), content={"number": [PHONE], "note": [SAID]}, staff=alice, at=now)
    told = {"name": NAME}
    for state in ("queued", "sent"):
        mail = message(person, now, channel="email", message_class=MessageClass.CARE, params=told, actor=alice.actor)
        over = {} if state == "queued" else {"state": state, "settled_at": now}
        Message.objects.filter(pk=mail.pk).update(address=MAIL, **over)


def looked_for(dana: Staff, now: datetime) -> None:
    """By name, for an export."""
    parameters = {"filter": {"q": NAME}, "format": "csv", "language": "zh-hans"}
    job = request_job(kind="test_export", parameters=parameters, actor=dana.actor, at=now)
    assert claim_job("test_export", at=now) == job
    job.refresh_from_db()
    finish_job(job=job, result=None, at=now)
    save_view(staff=dana, list_name="patients:patient_list", name=NAME[:2], query=urlencode({"q": NAME}), at=now)
    choose_patients(staff=dana, wanted={"q": NAME}, at=now)


def exported(person: Patient, dana: Staff, now: datetime) -> None:
    """Every list, as a file."""
    order: dict[str, Any] = {"kind": "csv", "purpose": ExportPurpose.LIST, "staff": dana, "at": now}
    place = person.employments.get().organisation_id
    beside: dict[str, dict[str, Any]] = {
        CONTACTS.kind: {"organisation": place},
        CONTROL.kind: {"day": f"{now:%Y-%m-%d}"},
        EMPLOYEES.kind: {"organisation": place},
        OPT_OUTS.kind: {"patient": person.pk},
        VISITS.kind: {"patient": person.pk},
        VISITS_THERE.kind: {"organisation": place},
    }
    for export in (*EXPORTS, CALLS, PROMISES, MESSAGES, OPT_OUTS):
        request_export(export=export, wanted={}, beside=beside.get(export.kind), **order)
        assert run_next_export(export, now=lambda: now) is not None


def copied(person: Patient, alice: Staff, dana: Staff, now: datetime) -> DataRequest:
    request = asked(person, alice, now, note=SAID)
    ask_for_copy(request=request, actor=dana.actor, at=now)
    write_next_copy(now=lambda: now)
    return answer_request(request=request, version=1, answer=SAID, actor=dana.actor, at=now)


def test_nothing_tells_who_it_was(
    ouyang: Patient, alice: Staff, dana: Staff, now: datetime, files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    copied(ouyang, alice, dana, now)
    exported(ouyang, dana, now)
    assert len(set(found())) > 20, "what is to be erased is not there"
    assert sum(NAME in path.read_text(errors="ignore") for path in files.rglob("*.*")) == 12, (
        "each list that names people, and the copy"
    )
    with django_capture_on_commit_callbacks(execute=True):
        approved(ouyang, alice, dana, now)
    keep_up_with_rows(actor=make.by(), at=now)
    with django_capture_on_commit_callbacks(execute=True):
        erase_all(now)
    keep_up_with_rows(actor=make.by(), at=now)
    assert set(found()) == KEPT - {"patients.Diagnosis.text", "patients.Visit.scope"}
    assert set(found(words=("白内障",))) >= {"patients.Diagnosis.text"}
    assert [path.suffix for path in files.rglob("*.*")] == [".pdf"], "the signed paper alone"


def test_nobody_else_lost_anything(ouyang: Patient, alice: Staff, dana: Staff, now: datetime) -> None:
    """Another person of the same name, and with the same phone."""
    other = make.patient(NAME, PHONE, at=now)
    make.call(alice, other, name=NAME, question=SAID, at=now)
    approved(ouyang, alice, dana, now)
    erase_all(now)
    other.refresh_from_db()
    assert (other.name, other.phones.get().digits) == (NAME, PHONE)
    assert [patient.pk for patient in Patient.objects.visible_to(dana).found_by(NAME)] == [other.pk]
    assert other.calls.get().topics.get().question == SAID


def test_every_app_that_points_at_people_has_its_part() -> None:
    """What another app keeps about people needs a part of its own."""
    pointing = {reference.model._meta.app_label for reference in references_to(Patient)}
    assert pointing <= set(Part.values)
    assert {f"erasures in {part}" for part in Part.values} <= settings.CELERY_BEAT_SCHEDULE.keys()
