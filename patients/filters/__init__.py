"""Filters that pages and API share."""

from .organisations import EmploymentFilter, OrganisationContactFilter, OrganisationFilter, OrganisationVisitFilter
from .people import BY_LEVEL, NEWEST, PatientFilter, StoryFilter
from .records import DataRequestFilter, LookFilter, PairFilter, RelationFilter, VisitFilter

__all__ = (
    "BY_LEVEL",
    "NEWEST",
    "DataRequestFilter",
    "EmploymentFilter",
    "LookFilter",
    "OrganisationContactFilter",
    "OrganisationFilter",
    "OrganisationVisitFilter",
    "PairFilter",
    "PatientFilter",
    "RelationFilter",
    "StoryFilter",
    "VisitFilter",
)
