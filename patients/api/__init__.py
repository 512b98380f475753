from .duplicates import DuplicateViewSet, MergeViewSet
from .numbers import IdentifierViewSet, PhoneViewSet
from .patients import PatientViewSet
from .visits import VisitViewSet

__all__ = (
    "DuplicateViewSet",
    "IdentifierViewSet",
    "MergeViewSet",
    "PatientViewSet",
    "PhoneViewSet",
    "VisitViewSet",
)
