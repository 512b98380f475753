from .audit import AuditViewSet
from .people import AbsenceViewSet, StaffViewSet
from .places import DepartmentViewSet, TeamViewSet

__all__ = ("AbsenceViewSet", "AuditViewSet", "DepartmentViewSet", "StaffViewSet", "TeamViewSet")
