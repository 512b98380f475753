"""How colleagues and their places look through the API."""

from .audit import AuditEntrySerializer
from .departments import (
    DepartmentCreateSerializer,
    DepartmentSerializer,
    DepartmentUpdateSerializer,
    TeamCreateSerializer,
    TeamSerializer,
    TeamUpdateSerializer,
)
from .directory import ColleagueSerializer, GroupSerializer, MyselfSerializer, PlaceSerializer
from .people import (
    AbsenceCreateSerializer,
    AbsenceSerializer,
    NewStaffSerializer,
    OneTimePasswordSerializer,
    StaffCreateSerializer,
    StaffSerializer,
    StaffUpdateSerializer,
)
from .saved_views import SavedViewCreateSerializer, SavedViewSerializer, SavedViewUpdateSerializer

__all__ = (
    "AbsenceCreateSerializer",
    "AbsenceSerializer",
    "AuditEntrySerializer",
    "ColleagueSerializer",
    "DepartmentCreateSerializer",
    "DepartmentSerializer",
    "DepartmentUpdateSerializer",
    "GroupSerializer",
    "MyselfSerializer",
    "NewStaffSerializer",
    "OneTimePasswordSerializer",
    "PlaceSerializer",
    "SavedViewCreateSerializer",
    "SavedViewSerializer",
    "SavedViewUpdateSerializer",
    "StaffCreateSerializer",
    "StaffSerializer",
    "StaffUpdateSerializer",
    "TeamCreateSerializer",
    "TeamSerializer",
    "TeamUpdateSerializer",
)
