from .duplicates import DuplicateViewSet, MergeViewSet
from .imports import ImportViewSet
from .numbers import IdentifierViewSet, PhoneViewSet
from .patients import PatientViewSet
from .relations import RelationViewSet
from .segments import BulkActViewSet, SelectionViewSet
from .visits import VisitViewSet

__all__ = (
    "BulkActViewSet",
    "DuplicateViewSet",
    "IdentifierViewSet",
    "ImportViewSet",
    "MergeViewSet",
    "PatientViewSet",
    "PhoneViewSet",
    "RelationViewSet",
    "SelectionViewSet",
    "VisitViewSet",
)
