"""How people look through the API: numbers masked, as on the pages."""

from .consents import ConsentsSerializer, DecisionSerializer
from .numbers import (
    AddIdentifierSerializer,
    AddPhoneSerializer,
    IdentifierSerializer,
    PhoneSerializer,
    PhoneUpdateSerializer,
    RevealSerializer,
    ShownAddressSerializer,
    ShownEmailSerializer,
    ShownIdentifierSerializer,
    ShownPhoneSerializer,
)
from .people import (
    PatientCreateSerializer,
    PatientRowSerializer,
    PatientSerializer,
    PatientUpdateSerializer,
    TimelineEntrySerializer,
)

__all__ = (
    "AddIdentifierSerializer",
    "AddPhoneSerializer",
    "ConsentsSerializer",
    "DecisionSerializer",
    "IdentifierSerializer",
    "PatientCreateSerializer",
    "PatientRowSerializer",
    "PatientSerializer",
    "PatientUpdateSerializer",
    "PhoneSerializer",
    "PhoneUpdateSerializer",
    "RevealSerializer",
    "ShownAddressSerializer",
    "ShownEmailSerializer",
    "ShownIdentifierSerializer",
    "ShownPhoneSerializer",
    "TimelineEntrySerializer",
)
