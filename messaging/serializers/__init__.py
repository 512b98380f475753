"""How messages and their templates look through the API."""

from .channels import ChannelSerializer
from .delivery import DeliverySerializer
from .outbox import (
    LiftSerializer,
    MessageSerializer,
    NewOptOutSerializer,
    NoteSerializer,
    OptOutSerializer,
    ReadAnswerSerializer,
    ReadSerializer,
    RetriedSerializer,
    RetryManySerializer,
    SettleSerializer,
)
from .templates import (
    PublishSerializer,
    RegisterSerializer,
    RegistrationSerializer,
    RenewCertificateSerializer,
    TemplateCreateSerializer,
    TemplateSerializer,
    TemplateUpdateSerializer,
    TemplateVersionCreateSerializer,
    TemplateVersionSerializer,
    TemplateVersionUpdateSerializer,
)

__all__ = (
    "ChannelSerializer",
    "DeliverySerializer",
    "LiftSerializer",
    "MessageSerializer",
    "NewOptOutSerializer",
    "NoteSerializer",
    "OptOutSerializer",
    "PublishSerializer",
    "ReadAnswerSerializer",
    "ReadSerializer",
    "RegisterSerializer",
    "RegistrationSerializer",
    "RenewCertificateSerializer",
    "RetriedSerializer",
    "RetryManySerializer",
    "SettleSerializer",
    "TemplateCreateSerializer",
    "TemplateSerializer",
    "TemplateUpdateSerializer",
    "TemplateVersionCreateSerializer",
    "TemplateVersionSerializer",
    "TemplateVersionUpdateSerializer",
)
