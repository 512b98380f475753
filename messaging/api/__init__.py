from .channels import ChannelViewSet
from .delivery import DeliveryView
from .followers import FollowerViewSet
from .outbox import MessageViewSet, NoteViewSet, OptOutViewSet
from .templates import TemplateVersionViewSet, TemplateViewSet

__all__ = (
    "ChannelViewSet",
    "DeliveryView",
    "FollowerViewSet",
    "MessageViewSet",
    "NoteViewSet",
    "OptOutViewSet",
    "TemplateVersionViewSet",
    "TemplateViewSet",
)
