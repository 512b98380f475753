"""Two people merge, or write, at the same moment: one of them is told, and nothing is lost. Mission A4."""

from datetime import datetime

from django.db import transaction

from patients.models import Merge, Patient
from patients.services.late_rows import gather_late_rows
from patients.services.merges import AlreadyMerged, merge_patients
from patients.services.scan import scan_some
from tests import make
from tests.accounts.at_once import Meanwhile, on_a_server, with_threads

pytestmark = [on_a_server, with_threads]


def merge(survivor: Patient, merged: Patient, now: datetime) -> Merge:
    return merge_patients(survivor=survivor, merged=merged, actor=make.by(), at=now)


def test_of_two_who_merge_the_same_the_second_is_told(now: datetime) -> None:
    """The other way round too, without waiting for each other forever."""
    one, other = make.patient("张桂兰"), make.patient("张贵兰")
    with transaction.atomic():
        merge(one, other, now)
        meanwhile = Meanwhile(lambda: merge(other, one, now))
        meanwhile.wait_until_it_waits()
    assert isinstance(meanwhile.outcome(), AlreadyMerged)
    assert Merge.objects.get().survivor == one


def test_nobody_is_merged_into_somebody_who_is_being_merged(now: datetime) -> None:
    one, other, third = make.patient("张桂兰"), make.patient("张贵兰"), make.patient("张桂蓝")
    with transaction.atomic():
        merge(one, other, now)
        meanwhile = Meanwhile(lambda: merge(other, third, now))
        meanwhile.wait_until_it_waits()
    assert isinstance(meanwhile.outcome(), AlreadyMerged)
    assert Patient.objects.on_file().count() == 2


def test_a_phone_that_comes_meanwhile_is_the_survivors(now: datetime) -> None:
    one, other = make.patient("张桂兰"), make.patient("张贵兰")
    with transaction.atomic():
        merge(one, other, now)
        meanwhile = Meanwhile(lambda: make.phone(other, "13900005678"))
        meanwhile.wait_until_it_waits()
    assert meanwhile.outcome().patient == one
    assert list(Patient.objects.found_by("13900005678")) == [one]


def test_a_call_that_comes_meanwhile_follows(now: datetime) -> None:
    one, other, alice = make.patient("张桂兰"), make.patient("张贵兰"), make.staff("ann", "consultant")
    with transaction.atomic():
        merge(one, other, now)
        meanwhile = Meanwhile(lambda: make.call(alice, other))
        meanwhile.wait_until_it_waits()
    call = meanwhile.outcome()
    gather_late_rows(at=now)
    call.refresh_from_db()
    assert call.patient == one


def test_the_scan_leaves_out_whoever_is_being_changed(now: datetime) -> None:
    """And compares them the next time, with what they have become."""
    one, other = make.patient("张桂兰"), make.patient("张桂兰")
    with transaction.atomic():
        make.phone(one, "13900005678")
        meanwhile = Meanwhile(lambda: scan_some(at=now))
        assert meanwhile.outcome() == 1
    assert list(Patient.objects.filter(compared_at__isnull=True)) == [one]
    assert scan_some(at=now) == 1
    assert other.pk
