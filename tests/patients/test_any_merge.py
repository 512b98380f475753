"""Made-up people with made-up histories: merged and separated again, every row of every table is as before.

Mission A4.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Staff
from patients.models import DuplicatePair, Identifier, Organisation, Patient, Reveal
from patients.services.choices import GROUPS
from patients.services.employments import add_employee
from patients.services.identifiers import NewIdentifier, add_identifier
from patients.services.merges import merge_patients
from patients.services.phones import reveal_phone
from patients.services.unmerging import undo_merge
from tests import make
from tests.made_up import FEW

from .everything import differences, everything

MINUTE = timedelta(minutes=1)
CARD = NewIdentifier(Identifier.Type.RESIDENT_ID, "11010519491231002X")  # the worked example of the standard


@dataclass(frozen=True)
class Life:
    """What is on file about somebody."""

    name: str
    born: date | int | None
    hospital_number: str
    phones: tuple[str, ...]
    has_card: bool
    looks: int
    promises: int
    calls: int
    work: dict[str, Any] | None  # at the one organisation, as what since when


WORK = st.fixed_dictionaries(
    {},
    optional={
        "position": st.sampled_from(("教师", "校医")),
        "staff_number": st.sampled_from(("T-17", "T-18")),
        "since": st.just(date(2020, 9, 1)),
    },
)
LIVES = st.builds(
    Life,
    name=st.sampled_from(("张桂兰", "张贵兰", "Li Xue")),
    born=st.sampled_from((None, 1953, date(1953, 8, 4))),
    hospital_number=st.sampled_from(("", "H")),
    phones=st.lists(st.sampled_from(("13800001234", "13900005678", "13700004321")), max_size=3).map(tuple),
    has_card=st.booleans(),
    looks=st.integers(0, 2),
    promises=st.integers(0, 2),
    calls=st.integers(0, 2),
    work=st.none() | WORK,
)


LIVES_TRIED = settings(FEW, max_examples=6)  # each compares whole tables


def lived(life: Life, school: Organisation, alice: Staff, now: datetime) -> Patient:
    born = {"birth_year": life.born} if isinstance(life.born, int) else {"birth_date": life.born}
    hospital_number = life.hospital_number and f"H{Patient.objects.count()}"
    patient = make.patient(life.name, hospital_number=hospital_number, **born)
    for number in dict.fromkeys(life.phones):
        make.phone(patient, number)
    if life.has_card:
        add_identifier(patient=patient, new=CARD, actor=make.by(), at=now)
    for phone in patient.phones.all()[: life.looks]:
        reveal_phone(phone=phone, purpose=Reveal.Purpose.CALL, staff=alice, at=now)
    if life.work is not None:
        add_employee(organisation=school, patient=patient, values=life.work, actor=make.by(), at=now)
    for rank in range(life.calls):
        make.call(alice, patient, at=now + rank * MINUTE)
    for _rank in range(life.promises):
        make.promise(patient, owner=alice, at=now)
    return patient


def test_merge_and_undo_leave_every_row_as_it_was(alice: Staff, now: datetime) -> None:
    third, school = make.patient("张桂蓝"), make.organisation("示范中学")

    @LIVES_TRIED
    @given(one=LIVES, other=LIVES, takes=st.sets(st.sampled_from(sorted(GROUPS))), is_turned=st.booleans())
    def holds(one: Life, other: Life, takes: set[str], is_turned: bool) -> None:
        with transaction.atomic():
            survivor, merged = lived(one, school, alice, now), lived(other, school, alice, now)
            if is_turned:
                survivor, merged = merged, survivor
            DuplicatePair.objects.create(older=third, newer=merged, score=60, basis="x", found_at=now)
            before = everything()
            merge = merge_patients(survivor=survivor, merged=merged, take=takes or None, actor=make.by(), at=now)
            assert before != everything()
            undo_merge(merge=merge, actor=make.by(), at=now)
            assert differences(before, everything()) == []
            transaction.set_rollback(True)

    holds()
