"""A whole hospital that others made comes on file, and a second time nothing changes."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from patients.models import Patient, Visit

pytestmark = [pytest.mark.system, pytest.mark.django_db]
PEOPLE, ENCOUNTERS, DEATHS, READMISSIONS = 974, 27_891, 154, 409


def import_archive(folder: Path) -> dict[str, int]:
    out = StringIO()
    files = {"patients": folder / "mgh_patients.csv", "visits": folder / "mgh_encounters.csv.gz"}
    call_command("import_archive", mapping="synthea", stdout=out, **files)
    told: dict[str, int] = json.loads(out.getvalue().splitlines()[-1])
    return told


def test_it_comes_on_file_and_agrees_with_its_source(samples: Path) -> None:
    rows = PEOPLE + ENCOUNTERS
    nothing = {"created": 0, "updated": 0, "unchanged": 0, "failed": 0}
    assert import_archive(samples / "synthea") == {**nothing, "created": rows}
    assert Patient.objects.filter(died_on__isnull=False).count() == DEATHS
    assert Visit.objects.readmissions().count() == READMISSIONS
    assert not Visit.objects.filter(historic=False).exists()
    assert import_archive(samples / "synthea") == {**nothing, "unchanged": rows}
