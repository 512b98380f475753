"""Who may see what, written down once more and in SQL, from the table of who may do what (not from the product's code).

Each rule says which rows of a kind an account may see; what it does not name must never come back to it.
"""

from tests.system.fuzz_rows import ME

TEAMS = (
    "(SELECT team.id FROM accounts_team AS team JOIN accounts_team_members AS member ON member.team_id = team.id "
    f"WHERE team.is_active AND member.staff_id = {ME})"
)
MATES = f"(SELECT staff_id FROM accounts_team_members WHERE team_id IN {TEAMS})"
MINE = f"(SELECT path FROM accounts_department WHERE id = (SELECT department_id FROM accounts_staff WHERE id = {ME}))"
TREE = f"(SELECT id FROM accounts_department WHERE substr(path, 1, length({MINE})) = {MINE})"
LEFT_TO_ME = f"(SELECT staff_id FROM accounts_absence WHERE deputy_id = {ME} AND cancelled_at IS NULL)"
NOBODY, EVERYTHING = "0", "1"

OWED = f"(SELECT patient_id FROM patients_accessgrant WHERE staff_id = {ME} OR team_id IN {TEAMS})"
CARED_FOR = f"department_id = (SELECT department_id FROM accounts_staff WHERE id = {ME}) OR id IN {OWED}"

OWN_CALLS = f"handled_by_id = {ME}"
TEAM_CALLS = f"{OWN_CALLS} OR handled_by_id IN {MATES}"
TREE_CALLS = f"{OWN_CALLS} OR handled_by_id IN (SELECT id FROM accounts_staff WHERE department_id IN {TREE})"

OWN_PROMISES = (
    f"{ME} IN (owner_id, pending_owner_id) OR owner_id IN {LEFT_TO_ME} OR (team_id IN {TEAMS} AND (owner_id IS NULL "
    "OR owner_id IN (SELECT id FROM accounts_staff WHERE NOT is_active)))"
)
TEAM_PROMISES = f"{OWN_PROMISES} OR team_id IN {TEAMS} OR owner_id IN {MATES}"
TREE_PROMISES = f"{OWN_PROMISES} OR department_id IN {TREE}"
# A page of a promise also opens for whoever stands in its history or was told of it.
HAD_PART = (
    f"id IN (SELECT promise_id FROM promises_promiseevent WHERE staff_id = {ME} OR actor_id IN (SELECT id FROM "
    f"accounts_actor WHERE staff_id = {ME})) OR 'promise:' || id IN (SELECT source FROM messaging_message "
    f"WHERE staff_id = {ME})"
)

SENT = f"queued_by_id IN (SELECT id FROM accounts_actor WHERE staff_id = {ME})"
OWN_MESSAGES = f"staff_id = {ME} OR {SENT}"
TREE_MESSAGES = f"{OWN_MESSAGES} OR department_id IN {TREE}"
# Answers to complaints are for whoever is shown these complaints: an adviser none, an administrator none.
NO_ANSWERS = "kind <> 'complaint_received'"

# By account: patients, calls, promises, messages of the outbox.
SIGHT = {
    "line": (EVERYTHING, EVERYTHING, TEAM_PROMISES, OWN_MESSAGES),
    "desk": (EVERYTHING, TEAM_CALLS, TEAM_PROMISES, NOBODY),
    "complaint": (EVERYTHING, EVERYTHING, TEAM_PROMISES, OWN_MESSAGES),
    "nurse": (EVERYTHING, OWN_CALLS, TEAM_PROMISES, OWN_MESSAGES),
    "doctor": (CARED_FOR, OWN_CALLS, OWN_PROMISES, NOBODY),
    "adviser": (EVERYTHING, OWN_CALLS, TEAM_PROMISES, f"({OWN_MESSAGES}) AND {NO_ANSWERS}"),
    "manager": (EVERYTHING, TREE_CALLS, TREE_PROMISES, TREE_MESSAGES),
    "admin": (NOBODY, NOBODY, NOBODY, NO_ANSWERS),
}


def hidden_rows(username: str) -> dict[str, str]:
    """Questions for the keys of the rows that must never come back, by the part of the address where they would."""
    patients, calls, promises, messages = SIGHT[username]
    readable = promises if promises == NOBODY else f"{promises} OR {HAD_PART}"
    promised = f"SELECT id FROM promises_promise WHERE {promises}"
    on_file = f"SELECT id FROM patients_patient WHERE {patients}"
    told = f"SELECT id FROM promises_promise WHERE {readable}"
    asked_for = f"SELECT id FROM accounts_actor WHERE staff_id = {ME}"
    return {
        "patients": f"SELECT id FROM patients_patient WHERE id NOT IN ({on_file})",
        "phones": f"SELECT id FROM patients_phone WHERE patient_id NOT IN ({on_file})",
        "timeline": f"SELECT id FROM patients_timelineentry WHERE patient_id NOT IN ({on_file})",
        "employments": f"SELECT id FROM patients_employment WHERE patient_id NOT IN ({on_file})",
        "calls": f"SELECT id FROM consult_call WHERE id NOT IN (SELECT id FROM consult_call WHERE {calls})",
        "promises": f"SELECT id FROM promises_promise WHERE id NOT IN ({promised})",
        "promise": f"SELECT id FROM promises_promise WHERE id NOT IN ({told})",
        "events": f"SELECT id FROM promises_promiseevent WHERE promise_id NOT IN ({told})",
        "attempts": f"SELECT id FROM followups_attempt WHERE promise_id NOT IN ({promised})",
        "messages": "SELECT id FROM messaging_message WHERE id NOT IN "
        f"(SELECT id FROM messaging_message WHERE {messages})",
        "notes": f"SELECT id FROM messaging_message WHERE staff_id IS NOT {ME} OR channel <> 'in_app'",
        "data-requests": "SELECT id FROM patients_datarequest WHERE "
        f"{EVERYTHING if username in ('doctor', 'adviser', 'admin') else NOBODY}",
        "looks-to-check": "SELECT id FROM patients_looktocheck WHERE "
        f"{NOBODY if username in ('manager', 'admin') else EVERYTHING} OR staff_id = {ME}",
        "colleague-records": f"SELECT id FROM patients_colleaguerecord WHERE {int(username != 'manager')}",
        "saved-views": f"SELECT id FROM accounts_savedview WHERE staff_id IS NOT {ME}",
        "selections": f"SELECT id FROM patients_selection WHERE chosen_by_id NOT IN ({asked_for})",
        "bulk-acts": "SELECT act.id FROM patients_bulkact AS act JOIN patients_selection AS chosen "
        f"ON chosen.id = act.selection_id WHERE chosen.chosen_by_id NOT IN ({asked_for})",
        "jobs": f"SELECT id FROM jobs_job WHERE requested_by_id NOT IN ({asked_for})",
    }


def hidden_words(username: str) -> str:
    """Names and numbers of people whom the account must not see, where nobody whom it may see is called so."""
    seen = f"SELECT name FROM patients_patient WHERE {SIGHT[username][0]} UNION SELECT display_name FROM accounts_staff"
    callers = "" if SIGHT[username][0] == EVERYTHING else " UNION SELECT name FROM patients_contact WHERE name <> ''"
    others = f"id NOT IN (SELECT id FROM patients_patient WHERE {SIGHT[username][0]})"
    return (
        f"SELECT number FROM patients_patient WHERE {others} UNION SELECT * FROM (SELECT name FROM "
        f"patients_patient WHERE {others}{callers}) WHERE name NOT IN ({seen}) AND length(name) > 2"
    )


NUMBERS = (  # of people, in clear; shorter ones could be anything
    "SELECT digits FROM (SELECT digits FROM patients_phone UNION SELECT digits FROM patients_contact "
    "UNION SELECT digits FROM patients_organisationcontact "
    "UNION SELECT digits FROM consult_call) WHERE length(digits) > 6"
)
