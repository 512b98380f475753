"""Shape and wording of what people type; rules live in the services."""

from .departments import DepartmentCreateForm, DepartmentEditForm, TeamCreateForm, TeamEditForm
from .own import SavedViewEditForm, SavedViewForm, TokenForm
from .people import AbsenceForm, OwnAccountForm, StaffCreateForm, StaffEditForm
from .signin import (
    ActivateSecondFactorForm,
    PasswordAgainForm,
    PasswordForm,
    SecondFactorAgainForm,
    SecondFactorForm,
    SignInForm,
)

__all__ = (
    "AbsenceForm",
    "ActivateSecondFactorForm",
    "DepartmentCreateForm",
    "DepartmentEditForm",
    "OwnAccountForm",
    "PasswordAgainForm",
    "PasswordForm",
    "SavedViewEditForm",
    "SavedViewForm",
    "SecondFactorAgainForm",
    "SecondFactorForm",
    "SignInForm",
    "StaffCreateForm",
    "StaffEditForm",
    "TeamCreateForm",
    "TeamEditForm",
    "TokenForm",
)
