from .calls import CallForm
from .choices import Choices
from .sheet import CallSheet
from .small import NewPatientForm, ReasonForm

__all__ = ("CallForm", "CallSheet", "Choices", "NewPatientForm", "ReasonForm")
