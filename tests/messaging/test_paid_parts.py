"""What a text message costs: the parts that are really sent, signature and all."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest

from institution.models import HospitalProfile
from messaging.models import Channel
from patients.models import Patient
from tests import make
from tests.house.world import counted
from tests.messaging.channels import published, setup_of, to_patient
from tests.messaging.people import deliver, state_of
from tests.messaging.provider import Provider, Says, provider

pytestmark = pytest.mark.system  # a server of its own


@pytest.fixture
def place(db: None) -> Iterator[Provider]:
    with provider(lambda asked: Says({"Code": "OK", "BizId": "9006^0"})) as place:
        yield place


@pytest.fixture
def patient(db: None) -> Patient:
    HospitalProfile.objects.update(message_signature="示例医院")
    return make.patient("欧阳桂兰", "13800138000")


def test_a_long_one_is_paid_by_its_parts(patient: Patient, place: Provider, now: datetime) -> None:
    setup_of("aliyun", place.url)
    row = to_patient(patient, published("字" * 80, "aliyun"), now, Channel.SMS)
    deliver(now)
    row.refresh_from_db()
    assert (row.parts, row.cost) == (2, Decimal("0.09"))


def test_the_signature_of_the_account_is_paid_too(patient: Patient, place: Provider, now: datetime) -> None:
    setup_of("aliyun", place.url, sign_name="一二三四五六七八")
    row = to_patient(patient, published("字" * 61, "aliyun"), now, Channel.SMS)
    deliver(now)
    row.refresh_from_db()
    assert row.parts == 2


def test_the_hospital_is_read_once_for_all_that_go_in_one_run(patient: Patient, place: Provider, now: datetime) -> None:
    setup_of("aliyun", place.url, sign_name="")
    version = published("您好，{hospital}请您回电。", "aliyun")
    rows = [to_patient(patient, version, now, Channel.SMS) for _ in range(2)]
    with counted() as asked:
        deliver(now)
    assert [state_of(row)[0] for row in rows] == ["sent", "sent"]
    assert len([sql for sql in asked if "institution_hospitalprofile" in sql]) == 1
