from .days import ChangedDay, PromiseDay, SummedDay
from .events import PromiseEvent
from .promises import Promise

__all__ = ("ChangedDay", "Promise", "PromiseDay", "PromiseEvent", "SummedDay")
