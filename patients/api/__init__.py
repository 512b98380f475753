from .duplicates import DuplicateViewSet, MergeViewSet
from .imports import ImportViewSet
from .numbers import IdentifierViewSet, PhoneViewSet
from .patients import PatientViewSet
from .relations import RelationViewSet
from .rights import DataRequestViewSet
from .visits import VisitViewSet
from .watch import ColleagueRecordViewSet, LookToCheckViewSet

__all__ = (
    "ColleagueRecordViewSet",
    "DataRequestViewSet",
    "DuplicateViewSet",
    "IdentifierViewSet",
    "ImportViewSet",
    "LookToCheckViewSet",
    "MergeViewSet",
    "PatientViewSet",
    "PhoneViewSet",
    "RelationViewSet",
    "VisitViewSet",
)
