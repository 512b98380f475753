from .duplicates import DuplicateViewSet, MergeViewSet
from .imports import ImportViewSet
from .numbers import IdentifierViewSet, PhoneViewSet
from .organisations import (
    EmploymentViewSet,
    OrganisationContactViewSet,
    OrganisationViewSet,
    OrganisationVisitViewSet,
)
from .patients import PatientViewSet
from .relations import RelationViewSet
from .visits import VisitViewSet

__all__ = (
    "DuplicateViewSet",
    "EmploymentViewSet",
    "IdentifierViewSet",
    "ImportViewSet",
    "MergeViewSet",
    "OrganisationContactViewSet",
    "OrganisationViewSet",
    "OrganisationVisitViewSet",
    "PatientViewSet",
    "PhoneViewSet",
    "RelationViewSet",
    "VisitViewSet",
)
