from .events import PromiseEvent
from .promises import Promise

__all__ = ("Promise", "PromiseEvent")
