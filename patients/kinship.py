"""Who is what to whom: roles and their other sides. Pure rules."""

from dataclasses import dataclass, replace

UNSAID = ""  # how much may be told follows from who it is
NOTHING, EVERYTHING = "nothing", "everything"
MORE_AND_MORE = (NOTHING, "appointments", EVERYTHING)
RECIPROCAL = {
    "parent": "child",
    "child": "parent",
    "spouse": "spouse",
    "sibling": "sibling",
    "grandparent": "grandchild",
    "grandchild": "grandparent",
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
    may_be_told: str = UNSAID
    may_hear: str = UNSAID


def turned(tie: Tie) -> Tie:
    """The same, seen from the other side."""
    return Tie(RECIPROCAL[tie.role], tie.is_guarded, tie.guards, tie.may_hear, tie.may_be_told)


def as_usual(tie: Tie) -> Tie:
    """A guardian is told everything unless somebody says less; others hear nothing unless somebody says more."""
    told = tie.may_be_told or (EVERYTHING if tie.guards else NOTHING)
    hears = tie.may_hear or (EVERYTHING if tie.is_guarded else NOTHING)
    return replace(tie, may_be_told=told, may_hear=hears)


def joined(kept: Tie, other: Tie) -> Tie:
    """What two records of one tie say together: a guardian in either is one, and what only one of them tells holds.

    Where both tell how much may be said, the narrower holds: somebody wanted it so.
    """
    return as_usual(
        Tie(
            other.role if kept.role == "other" else kept.role,
            kept.guards or other.guards,
            kept.is_guarded or other.is_guarded,
            _told(kept.may_be_told, other.may_be_told),
            _told(kept.may_hear, other.may_hear),
        )
    )


def _told(one: str, other: str) -> str:
    said = [each for each in (one, other) if each not in (UNSAID, NOTHING)]
    return min(said, key=MORE_AND_MORE.index, default=NOTHING)


def columns_of_tie(tie: Tie) -> dict[str, object]:
    """As a relation holds it that is seen from its patient."""
    tie = as_usual(tie)
    return {
        "role": tie.role,
        "is_guardian": tie.guards,
        "is_ward": tie.is_guarded,
        "may_be_told": tie.may_be_told,
        "patient_may_be_told": tie.may_hear,
    }
