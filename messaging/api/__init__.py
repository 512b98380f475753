from .channels import ChannelViewSet
from .delivery import DeliveryView
from .outbox import MessageViewSet, NoteViewSet, OptOutViewSet
from .templates import TemplateVersionViewSet, TemplateViewSet

__all__ = (
    "ChannelViewSet",
    "DeliveryView",
    "MessageViewSet",
    "NoteViewSet",
    "OptOutViewSet",
    "TemplateVersionViewSet",
    "TemplateViewSet",
)
