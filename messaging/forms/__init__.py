"""Shape and wording of what is typed about messages; rules live in the services."""

from .accounts import SetupForm
from .channels import GroupForm, TrialForm
from .opt_outs import LiftForm, OptOutForm
from .providers import form_for

__all__ = ("GroupForm", "LiftForm", "OptOutForm", "SetupForm", "TrialForm", "form_for")
