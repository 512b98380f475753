from .days import ChangedDay, PromiseDay, SummedDay
from .events import PromiseEvent
from .promises import KINDS_FOR_PEOPLE, Promise

__all__ = ("KINDS_FOR_PEOPLE", "ChangedDay", "Promise", "PromiseDay", "PromiseEvent", "SummedDay")
