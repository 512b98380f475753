"""Shape and wording of what people type about patients; rules live in the services."""

from .consents import ConsentForm, WordingForm
from .fields import FAULTS, which_district
from .numbers import IdentifierForm, PhoneForm
from .people import PORTRAIT, PatientCreateForm, PatientEditForm, faults_of

__all__ = (
    "FAULTS",
    "PORTRAIT",
    "ConsentForm",
    "IdentifierForm",
    "PatientCreateForm",
    "PatientEditForm",
    "PhoneForm",
    "WordingForm",
    "faults_of",
    "which_district",
)
