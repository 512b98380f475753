"""How promises look through the API."""

from .acts import (
    DeclineSerializer,
    HandOverSerializer,
    KeepSerializer,
    PostponeSerializer,
    ReleaseSerializer,
    WithdrawSerializer,
)
from .bulk import (
    ManySerializer,
    NamedSerializer,
    ReassignedSerializer,
    ReassignSerializer,
    SharerSerializer,
    SpreadSerializer,
)
from .organisations import OrganisationPromiseSerializer
from .promises import NumberSerializer, PersonSerializer, PromiseEventSerializer, PromiseSerializer, TextSerializer
from .successors import SuccessorsSerializer
from .why_then import WhyThenSerializer

__all__ = (
    "DeclineSerializer",
    "HandOverSerializer",
    "KeepSerializer",
    "ManySerializer",
    "NamedSerializer",
    "NumberSerializer",
    "OrganisationPromiseSerializer",
    "PersonSerializer",
    "PostponeSerializer",
    "PromiseEventSerializer",
    "PromiseSerializer",
    "ReassignSerializer",
    "ReassignedSerializer",
    "ReleaseSerializer",
    "SharerSerializer",
    "SpreadSerializer",
    "SuccessorsSerializer",
    "TextSerializer",
    "WhyThenSerializer",
    "WithdrawSerializer",
)
