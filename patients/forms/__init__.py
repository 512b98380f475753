"""Shape and wording of what people type about patients; rules live in the services."""

from .consents import ConsentForm, WordingForm
from .fields import FAULTS, PORTRAIT_FAULTS, STREET_TOLD, which_district
from .merges import CompareForm, MergeForm
from .numbers import IdentifierForm, PhoneEditForm, PhoneForm
from .people import PatientCreateForm, PatientEditForm

__all__ = (
    "FAULTS",
    "PORTRAIT_FAULTS",
    "STREET_TOLD",
    "CompareForm",
    "ConsentForm",
    "IdentifierForm",
    "MergeForm",
    "PatientCreateForm",
    "PatientEditForm",
    "PhoneEditForm",
    "PhoneForm",
    "WordingForm",
    "which_district",
)
