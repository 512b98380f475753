from .actors import Actor
from .audit import AuditEntry
from .concerned import Concerning
from .departments import Absence, Department, Team
from .staff import RoleGrant, Staff
from .submissions import Submission
from .versions import Versioned

__all__ = (
    "Absence",
    "Actor",
    "AuditEntry",
    "Concerning",
    "Department",
    "RoleGrant",
    "Staff",
    "Submission",
    "Team",
    "Versioned",
)
