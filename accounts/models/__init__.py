from .actors import Actor
from .audit import AuditEntry
from .concerned import Concerning
from .departments import Absence, Department, Team
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
    "Staff",
    "Submission",
    "Team",
    "Versioned",
)
