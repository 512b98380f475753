from .actors import Actor
from .audit import AuditEntry
from .departments import Absence, Department, Team
from .staff import RoleGrant, Staff
from .submissions import Submission
from .versions import Versioned

__all__ = ("Absence", "Actor", "AuditEntry", "Department", "RoleGrant", "Staff", "Submission", "Team", "Versioned")
