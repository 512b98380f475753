"""Who may do what: `matrix` holds the table, `guards` put it before views and the API."""

from .guards import HasCapability, StaffRequest, actor_of, needs, polled, post_only, public, staff_of
from .matrix import Capability, Role, Scope, scope_of

__all__ = (
    "Capability",
    "HasCapability",
    "Role",
    "Scope",
    "StaffRequest",
    "actor_of",
    "needs",
    "polled",
    "post_only",
    "public",
    "scope_of",
    "staff_of",
)
