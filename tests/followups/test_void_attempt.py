"""What is known of a number where a try to reach somebody on it never happened. Mission A2."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Staff
from followups.models import Attempt
from followups.services.attempts import record_attempt
from followups.services.voids import void_attempt
from patients.models import Patient, Phone
from patients.services.phone_checks import update_phone
from patients.services.phones import choose_phone
from tests import make

HOUR = timedelta(hours=1)
REACHED, WRONG = Attempt.Outcome.REACHED, Attempt.Outcome.WRONG_NUMBER


@pytest.fixture
def patient(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")


@pytest.fixture
def mobile(patient: Patient) -> Phone:
    return patient.phones.get()


@pytest.fixture
def home(patient: Patient, mobile: Phone) -> Phone:
    return make.phone(patient, "0571 5550 6620")


@pytest.fixture
def work(patient: Patient, home: Phone) -> Phone:
    return make.phone(patient, "13900005678")


class Line:
    """Alice tries, voids and checks, an hour after the last thing that she did."""

    def __init__(self, staff: Staff, at: datetime) -> None:
        self.staff, self.at = staff, at

    def tried(self, phone: Phone, outcome: Attempt.Outcome) -> Attempt:
        promise = make.promise(phone.patient, owner=self.staff, at=self._later())
        read = Phone.objects.get(pk=phone.pk)
        return record_attempt(promise=promise, outcome=outcome, phone=read, actor=self.staff.actor, at=self.at)

    def void(self, *tries: Attempt) -> None:
        for each in tries:
            void_attempt(attempt=each, reason="没打过", actor=self.staff.actor, at=self._later())

    def check(self, phone: Phone, found: str) -> datetime:
        read = Phone.objects.get(pk=phone.pk)
        values = {"owner": read.owner, "kind": read.kind, "checked_as": found}
        update_phone(phone=read, version=read.version, values=values, actor=self.staff.actor, at=self._later())
        return self.at

    def choose(self, phone: Phone) -> None:
        choose_phone(phone=Phone.objects.get(pk=phone.pk), actor=self.staff.actor, at=self._later())

    def _later(self) -> datetime:
        self.at += HOUR
        return self.at


@pytest.fixture
def line(alice: Staff, now: datetime) -> Line:
    return Line(alice, now)


def known(phone: Phone) -> tuple[Any, ...]:
    """What, since when, and whether it is dialled first."""
    return Phone.objects.values_list("checked_as", "checked_at", "is_primary").get(pk=phone.pk)


def test_the_number_is_as_before_and_dialled_first_again(line: Line, mobile: Phone, home: Phone) -> None:
    tried = line.tried(mobile, WRONG)
    assert (known(mobile), known(home)) == (("wrong", tried.attempted_at, False), ("", None, True))
    line.void(tried)
    assert (known(mobile), known(home)) == (("", None, True), ("", None, False))


def test_the_number_that_somebody_chose_before_is_still_dialled_first(line: Line, mobile: Phone, home: Phone) -> None:
    line.choose(home)
    tried = line.tried(home, REACHED)
    assert known(home) == ("answered", tried.attempted_at, True)
    line.void(tried)
    assert (known(home), known(mobile)) == (("", None, True), ("", None, False))


def test_what_somebody_said_before_is_known_again(line: Line, mobile: Phone, home: Phone, alice: Staff) -> None:
    said = line.check(mobile, "shown")
    line.void(line.tried(mobile, WRONG))
    assert known(mobile) == ("shown", said, True)
    assert Phone.objects.get(pk=mobile.pk).checked_by == alice.actor


def test_what_somebody_said_since_stays(line: Line, mobile: Phone, home: Phone) -> None:
    tried = line.tried(mobile, WRONG)
    said = line.check(mobile, "dead")
    line.void(tried)
    assert known(mobile) == ("dead", said, False)


@pytest.mark.parametrize("is_first_first", [True, False])
def test_of_two_that_were_voided_nothing_is_left(line: Line, mobile: Phone, home: Phone, is_first_first: bool) -> None:
    wrong, reached = line.tried(mobile, WRONG), line.tried(mobile, REACHED)
    line.void(*((wrong, reached) if is_first_first else (reached, wrong)))
    assert (known(mobile), known(home)) == (("", None, True), ("", None, False))


def test_what_the_standing_one_found_out_is_known_as_of_then(line: Line, mobile: Phone, home: Phone) -> None:
    first, second = line.tried(mobile, WRONG), line.tried(mobile, WRONG)
    line.void(first)
    assert (known(mobile), known(home)) == (("wrong", second.attempted_at, False), ("", None, True))
    line.void(second)
    assert known(mobile) == ("", None, True)


def test_a_number_that_was_answered_since_is_dialled_first_again(line: Line, mobile: Phone, home: Phone) -> None:
    wrong, reached = line.tried(mobile, WRONG), line.tried(mobile, REACHED)
    assert known(mobile) == ("answered", reached.attempted_at, False)
    line.void(wrong)
    assert known(mobile) == ("answered", reached.attempted_at, True)


def test_a_number_that_is_wrong_after_all_is_dialled_no_more(line: Line, mobile: Phone, home: Phone) -> None:
    wrong, reached = line.tried(mobile, WRONG), line.tried(mobile, REACHED)
    line.choose(mobile)
    line.void(reached)
    assert (known(mobile), known(home)) == (("wrong", wrong.attempted_at, False), ("", None, True))


def test_the_number_that_somebody_chose_since_stays_the_one_to_dial(line: Line, mobile: Phone, work: Phone) -> None:
    tried = line.tried(mobile, WRONG)
    line.choose(work)
    line.void(tried)
    assert (known(mobile), known(work)) == (("", None, False), ("", None, True))


@pytest.mark.parametrize("is_first_first", [True, False])
def test_of_numbers_that_were_wrong_one_after_the_other_the_first_is_dialled_first_again(
    line: Line, mobile: Phone, home: Phone, work: Phone, is_first_first: bool
) -> None:
    first, second = line.tried(mobile, WRONG), line.tried(home, WRONG)
    assert known(work)[-1]
    line.void(*((first, second) if is_first_first else (second, first)))
    assert [known(phone) for phone in (mobile, home, work)] == [("", None, each) for each in (True, False, False)]


def test_what_nothing_is_changed_by_stays_as_it_was_read(line: Line, mobile: Phone) -> None:
    line.tried(mobile, REACHED)
    read = Phone.objects.get(pk=mobile.pk)
    line.void(line.tried(mobile, REACHED))
    assert Phone.objects.get(pk=mobile.pk).version == read.version


def test_of_a_try_from_before_it_was_kept_what_it_changed_nothing_is_known_either(
    line: Line, mobile: Phone, home: Phone
) -> None:
    """Nobody can tell any more which number was dialled first then: that stays as it is."""
    reached, wrong = line.tried(mobile, REACHED), line.tried(mobile, WRONG)
    Attempt.objects.update(phone_before=None)
    line.void(wrong)
    assert known(mobile) == ("answered", reached.attempted_at, False)
    line.void(reached)
    assert (known(mobile), known(home)) == (("", None, False), ("", None, True))


def test_of_somebody_whose_data_are_erased_nothing_is_known(line: Line, mobile: Phone, home: Phone) -> None:
    tried = line.tried(mobile, WRONG)
    Patient.objects.filter(pk=mobile.patient_id).update(erased_at=line.at)
    line.void(tried)
    assert known(mobile)[0] == "wrong"
