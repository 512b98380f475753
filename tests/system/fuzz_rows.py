"""Which rows of the demo hospital made-up requests may name, and by which words they do."""

ACCOUNTS = "('line', 'desk', 'complaint', 'nurse', 'doctor', 'adviser', 'manager', 'admin')"  # who asks: stays as it is
ME = "(SELECT id FROM accounts_staff WHERE username = :me)"
CARED_FOR = (
    f"(id IN (SELECT patient_id FROM patients_accessgrant WHERE staff_id = {ME}) OR "
    f"department_id = (SELECT department_id FROM accounts_staff WHERE id = {ME}))"
)
MY_ACTORS = f"(SELECT id FROM accounts_actor WHERE staff_id = {ME})"
MY_TEAMS = f"(SELECT team_id FROM accounts_team_members WHERE staff_id = {ME})"
CLOSE = (
    "(promise.state = 'open') * (1 + 4 * (promise.owner_id IS "
    f"{ME}) + 4 * (promise.pending_owner_id IS {ME}) + 2 * ifnull(promise.team_id IN {MY_TEAMS}, 0))"
)
# What is named by which word; the first rows, which are chosen more often, are those that the caller has to do with.
ROWS = {
    "patients": f"SELECT id FROM patients_patient ORDER BY {CARED_FOR} DESC, id",
    "contacts": "SELECT id FROM patients_contact",
    "names": "SELECT number FROM patients_patient",  # what a list is searched by; a name would come back in answers
    "phones": f"SELECT id FROM patients_phone ORDER BY patient_id IN (SELECT id FROM patients_patient "
    f"WHERE {CARED_FOR}) DESC, is_primary, id",
    "promises": f"SELECT id FROM promises_promise AS promise ORDER BY {CLOSE} DESC, id",
    "attempts": f"SELECT attempt.id FROM followups_attempt AS attempt JOIN promises_promise AS promise "
    f"ON promise.id = attempt.promise_id ORDER BY {CLOSE} DESC",
    "calls": f"SELECT id FROM consult_call ORDER BY handled_by_id = {ME} AND voided_at IS NULL DESC, id DESC",
    "nameless": "SELECT id FROM consult_call WHERE patient_id IS NULL AND contact_id IS NOT NULL",
    "organisations": "SELECT id FROM patients_organisation",
    "organisation-contacts": "SELECT id FROM patients_organisationcontact",
    "organisation-visits": "SELECT id FROM patients_organisationvisit ORDER BY status = 'planned' DESC, id",
    "employments": "SELECT id FROM patients_employment",
    "messages": f"SELECT id FROM messaging_message ORDER BY state IN ('failed', 'unknown') DESC, staff_id = {ME} DESC",
    "notes": f"SELECT id FROM messaging_message WHERE channel = 'in_app' ORDER BY staff_id = {ME} DESC, id",
    "staff": f"SELECT id FROM accounts_staff WHERE username NOT IN {ACCOUNTS}",
    "teams": f"SELECT id FROM accounts_team ORDER BY id IN {MY_TEAMS} DESC",
    "departments": "SELECT id FROM accounts_department",
    "data-requests": "SELECT id FROM patients_datarequest ORDER BY id DESC",
    "looks-to-check": "SELECT id FROM patients_looktocheck ORDER BY id DESC",
    "colleague-records": "SELECT id FROM patients_colleaguerecord ORDER BY id DESC",
    "absences": "SELECT id FROM accounts_absence",
    "saved-views": f"SELECT id FROM accounts_savedview ORDER BY staff_id = {ME} DESC, id",
    "selections": f"SELECT id FROM patients_selection ORDER BY chosen_by_id IN {MY_ACTORS} DESC, id DESC",
    "bulk-acts": "SELECT act.id FROM patients_bulkact AS act JOIN patients_selection AS chosen "
    f"ON chosen.id = act.selection_id ORDER BY chosen.chosen_by_id IN {MY_ACTORS} DESC, act.id DESC",
    "tags": "SELECT item.id FROM institution_referenceitem AS item JOIN institution_referencelist AS list "
    "ON list.id = item.list_id WHERE list.code = 'patient_tag'",
    "jobs": "SELECT id FROM jobs_job ORDER BY id DESC",
    "settings": "SELECT id FROM institution_setting",
    "list-items": "SELECT id FROM institution_referenceitem",
    "lists": "SELECT code FROM institution_referencelist",
    "topics": "SELECT item.code FROM institution_referenceitem AS item JOIN institution_referencelist AS list "
    "ON list.id = item.list_id WHERE list.code = 'call_topic'",
    "media": "SELECT item.id FROM institution_referenceitem AS item JOIN institution_referencelist AS list "
    "ON list.id = item.list_id WHERE list.code = 'media_source'",
}
WORDS = {
    "patient": "patients",
    "contact": "contacts",
    "organisation": "organisations",
    "promise": "promises",
    "promises": "promises",
    "settles": "promises",
    "tries": "promises",
    **dict.fromkeys(("staff", "to", "owner", "deputy", "head", "lead", "who", "handled_by", "visited_by"), "staff"),
    **dict.fromkeys(("members", "among"), "staff"),
    **dict.fromkeys(("department", "parent"), "departments"),
    "team": "teams",
    "selection": "selections",
    "patients": "patients",
    **dict.fromkeys(("tag", "tags", "on", "off"), "tags"),
    "notes": "notes",
    "list": "lists",
    "topic": "topics",
    "source": "media",
}
VERSIONED = {
    "patients": "patients_patient",
    "organisations": "patients_organisation",
    "organisation-contacts": "patients_organisationcontact",
    "organisation-visits": "patients_organisationvisit",
    "employments": "patients_employment",
    "departments": "accounts_department",
    "teams": "accounts_team",
    "staff": "accounts_staff",
    "saved-views": "accounts_savedview",
    "settings": "institution_setting",
    "list-items": "institution_referenceitem",
    "hospital": "institution_hospitalprofile",
}
