"""How calls look through the API, and what a program tells about one."""

from .callers import CallerSerializer
from .calls import CallSerializer
from .corrections import CallCorrectSerializer, VoidSerializer
from .exports import CallExportSerializer
from .records import PROMISED_IN_CALLS, CallCreateSerializer, record_of

__all__ = (
    "PROMISED_IN_CALLS",
    "CallCorrectSerializer",
    "CallCreateSerializer",
    "CallExportSerializer",
    "CallSerializer",
    "CallerSerializer",
    "VoidSerializer",
    "record_of",
)
