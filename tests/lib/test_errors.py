"""A rule that was not met: a code for programs that never changes, a text in the reader's language."""

from typing import ClassVar

import pytest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.services.leaving import StaffAlreadyInactive
from hospital_crm.lib.errors import DomainError, DuplicateSubmission, StaleVersion
from institution.models import HospitalProfile
from institution.services.settings import SettingOutOfBounds
from jobs.services.jobs import JobLost


class NameTaken(DomainError):
    message = _("Saved")
    field: ClassVar[str] = "name"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DomainError(), "domain_error"),
        (JobLost(), "job_lost"),
        (SettingOutOfBounds(), "setting_out_of_bounds"),
        (StaffAlreadyInactive(), "staff_already_inactive"),
        (StaleVersion(HospitalProfile()), "stale_version"),
        (DuplicateSubmission(7), "duplicate_submission"),
    ],
)
def test_code_is_the_name_in_small_letters(error: DomainError, code: str) -> None:
    assert (error.code, error.status) == (code, 409)


def test_text_is_in_the_readers_language() -> None:
    error = NameTaken()
    with override("en"):
        assert str(error) == "Saved"
    with override("zh-hans"):
        assert str(error) not in ("Saved", "")


def test_stale_version_brings_the_row_as_it_stands_and_a_duplicate_its_first_result() -> None:
    current = HospitalProfile(name_zh="医院")
    assert StaleVersion(current).current is current
    assert DuplicateSubmission(7).subject_id == 7
