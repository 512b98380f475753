"""Shape and wording of what people type about a promise; rules live in the services."""

from .acts import HandOverForm, KeepForm, PostponeForm, WithdrawForm
from .bulk import BulkForm, ReassignForm, SpreadForm
from .fields import keepers
from .organisations import OrganisationPromiseForm
from .prints import PrintForm

__all__ = (
    "BulkForm",
    "HandOverForm",
    "KeepForm",
    "OrganisationPromiseForm",
    "PostponeForm",
    "PrintForm",
    "ReassignForm",
    "SpreadForm",
    "WithdrawForm",
    "keepers",
)
