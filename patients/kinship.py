"""Who is what to whom: roles and their other sides. Pure rules."""

from dataclasses import dataclass, replace

RECIPROCAL = {
    "parent": "child",
    "child": "parent",
    "spouse": "spouse",
    "sibling": "sibling",
    "grandparent": "grandchild",
    "grandchild": "grandparent",
    "guardian": "ward",
    "ward": "guardian",
    "other": "other",
}


@dataclass(frozen=True)
class Tie:
    """What one is to the other, seen from one side. `guards`: the other this one; `is_guarded`: this one the other.

    `may_be_told`: the other, about this one; `may_hear`: this one, about the other.
    """

    role: str
    guards: bool = False
    is_guarded: bool = False
    may_be_told: str = "nothing"
    may_hear: str = "nothing"


def turned(tie: Tie) -> Tie:
    """The same, seen from the other side."""
    return Tie(RECIPROCAL[tie.role], tie.is_guarded, tie.guards, tie.may_hear, tie.may_be_told)


def with_role(tie: Tie) -> Tie:
    """Whoever is called a guardian is one."""
    return replace(tie, guards=tie.guards or tie.role == "guardian", is_guarded=tie.is_guarded or tie.role == "ward")
