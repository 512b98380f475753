from .actors import Actor
from .audit import AuditEntry
from .concerned import Concerning
from .departments import Absence, Department, Team
from .saved_views import SavedView
from .staff import RoleGrant, Staff
from .submissions import Submission
from .tokens import ApiToken
from .versions import Versioned

__all__ = (
    "Absence",
    "Actor",
    "ApiToken",
    "AuditEntry",
    "Concerning",
    "Department",
    "RoleGrant",
    "SavedView",
    "Staff",
    "Submission",
    "Team",
    "Versioned",
)
