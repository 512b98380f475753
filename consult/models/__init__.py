from .calls import Call, CallTopic
from .drafts import CallDraft

__all__ = ("Call", "CallDraft", "CallTopic")
