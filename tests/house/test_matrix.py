"""The matrix of rights is the table that the hospital agreed on: what each role may do, and how far it reaches."""

import pytest

from accounts.access import Capability, Role, Scope, scope_of

# "yes" has no bounds of its own: what one may find bounds it. "tree": one's department and all below it.
# "care": department + open promise.
WORDS = {
    "-": Scope.NOTHING,
    "own": Scope.OWN,
    "team": Scope.TEAM,
    "promise": Scope.OPEN_PROMISE,
    "department": Scope.DEPARTMENT,
    "tree": Scope.DEPARTMENT_TREE,
    "care": Scope.DEPARTMENT | Scope.OPEN_PROMISE,
    "hospital": Scope.HOSPITAL,
    "yes": Scope.HOSPITAL,
}
COLUMNS = (
    "guide",
    "consultant",
    "customer_service",
    "followup_nurse",
    "doctor",
    "health_adviser",
    "manager",
    "administrator",
)
TABLE = """
                       guide     consult.  service   nurse      doctor     adviser   manager    admin.
# the own account: not a row of the table, everybody has one
use_own_account        own       own       own       own        own        own       own        own
# find and register people
find_people            hospital  hospital  hospital  hospital   care       hospital  hospital   -
see_organisations      hospital  hospital  hospital  hospital   -          hospital  hospital   -
control_registration   hospital  -         -         -          -          -          hospital   -
# reveal a masked number without an open promise
reveal_numbers         yes       yes       yes       yes        yes        -         yes        -
# merge, undo, import, export with numbers
merge_patients         -         -         hospital  -          -          -         hospital   -
undo_merges            -         -         -         -          -          -         hospital   -
import_patients        -         -         -         -          -          -         hospital   -
export_numbers         -         -         -         -          -          -         hospital   -
# what people ask about their own data: anybody they meet writes it down, managers answer
record_data_requests   hospital  hospital  hospital  hospital   -          -         hospital   -
answer_data_requests   -         -         -         -          -          -         hospital   -
# appointments: see, book, move · arrivals
book_appointments      hospital  hospital  hospital  department own        -         hospital   -
record_arrivals        yes       -         -         yes        -          -         yes        -
manage_sessions        -         -         -         -          -          -         -          yes
# outbox: see, settle unknown, retry
settle_outbox          -         own       own       own        -          own       tree       hospital
read_messages          -         own       own       own        -          own       tree       -
# bulk reassign
reassign_in_bulk       -         -         -         -          -          -         tree       -
# clinical text, questionnaires, visits' diagnoses
see_clinical           -         promise   promise   care       care       -         tree       -
# calls and enquiries
see_calls              own+team  hospital  hospital  own        own        own       tree       -
# promises
see_promises           own+team  own+team  own+team  own+team   own        own+team  tree       -
# complaints
file_complaints        yes       yes       yes       -          -          yes       -          -
see_complaints         own       own       hospital  own        own        -         tree       -
# dashboards, exports
see_figures            own       own       -         team       own        -         tree       -
see_complaint_figures  -         -         hospital  -          -          -         -          -
see_outreach_figures   -         -         -         -          -          hospital  -          -
# settings, staff, reference lists
manage_settings        -         -         -         -          -          -         -          yes
manage_protocols       -         -         -         -          -          -         yes        yes
# audit
see_audit              -         -         -         -          -          -         department hospital
check_looks            -         -         -         -          -          -         tree       hospital
name_colleagues        -         -         -         -          -          -         hospital   -
"""
ROWS = {
    line.split()[0]: dict(zip(COLUMNS, line.split()[1:], strict=True))
    for line in TABLE.strip().splitlines()[1:]
    if not line.startswith("#")
}


def reach(words: str) -> Scope:
    """What the words of a cell mean together."""
    scope = Scope.NOTHING
    for word in words.split("+"):
        scope |= WORDS[word]
    return scope


def test_table_has_every_capability_and_every_role() -> None:
    assert set(ROWS) == {capability.value for capability in Capability}
    assert set(COLUMNS) == {role.value for role in Role}


@pytest.mark.parametrize("capability", Capability)
def test_matrix_says_what_was_agreed(capability: Capability) -> None:
    held = {role.value: scope_of([role], capability) for role in Role}
    assert held == {role: reach(words) for role, words in ROWS[capability.value].items()}


def test_roles_add_up() -> None:
    both = scope_of([Role.FOLLOWUP_NURSE, Role.CONSULTANT], Capability.SEE_CLINICAL)
    assert both == Scope.DEPARTMENT | Scope.OPEN_PROMISE
    assert scope_of([Role.GUIDE, Role.MANAGER], Capability.SEE_COMPLAINTS) == Scope.OWN | Scope.DEPARTMENT_TREE


def test_nobody_without_a_role_does_more_than_keep_the_own_account() -> None:
    assert [capability for capability in Capability if scope_of([], capability)] == [Capability.USE_OWN_ACCOUNT]
