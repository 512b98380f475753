"""The strands of a patient's story that other apps tell from rows of their own."""

from collections import Counter
from functools import partial

from accounts.models import Staff
from hospital_crm.lib.paging import Strand
from patients.models import Patient
from patients.models.timeline import TELLERS
from patients.rules.story import part_of


def strands_of(patient: Patient, reader: Staff, part: str, *, among: Counter[str] | None = None) -> dict[int, Strand]:
    """Those of the part, or all; nobody is asked for kinds of which there are none `among` those that were counted."""
    asked = [each for each in TELLERS if part in ("", part_of(each.kind)) and (among is None or among[each.kind])]
    return {each.strand: partial(each.lines, patient.pk, reader) for each in asked}
