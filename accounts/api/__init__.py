from .audit import AuditViewSet
from .directory import ColleagueViewSet, GroupViewSet, Myself, PlaceViewSet
from .people import AbsenceViewSet, StaffViewSet
from .places import DepartmentViewSet, TeamViewSet
from .saved_views import SavedViewViewSet

__all__ = (
    "AbsenceViewSet",
    "AuditViewSet",
    "ColleagueViewSet",
    "DepartmentViewSet",
    "GroupViewSet",
    "Myself",
    "PlaceViewSet",
    "SavedViewViewSet",
    "StaffViewSet",
    "TeamViewSet",
)
