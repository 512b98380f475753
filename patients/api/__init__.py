from .duplicates import DuplicateViewSet, MergeViewSet
from .imports import ImportViewSet
from .numbers import IdentifierViewSet, PhoneViewSet
from .organisation_people import EmploymentViewSet, OrganisationContactViewSet
from .organisation_visits import OrganisationVisitViewSet
from .organisations import OrganisationViewSet
from .patients import PatientViewSet
from .relations import RelationViewSet
from .rights import DataRequestViewSet
from .segments import BulkActViewSet, SelectionViewSet
from .visits import VisitViewSet
from .watch import ColleagueRecordViewSet, LookToCheckViewSet

__all__ = (
    "BulkActViewSet",
    "ColleagueRecordViewSet",
    "DataRequestViewSet",
    "DuplicateViewSet",
    "EmploymentViewSet",
    "IdentifierViewSet",
    "ImportViewSet",
    "LookToCheckViewSet",
    "MergeViewSet",
    "OrganisationContactViewSet",
    "OrganisationViewSet",
    "OrganisationVisitViewSet",
    "PatientViewSet",
    "PhoneViewSet",
    "RelationViewSet",
    "SelectionViewSet",
    "VisitViewSet",
)
