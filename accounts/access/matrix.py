"""Capability × role × scope: the one table of who may do what.

A person may hold several roles; the scopes of a capability add up. What a scope means for rows is said by each
QuerySet's `visible_to(staff)`.
"""

from collections.abc import Iterable
from enum import Flag, auto

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    GUIDE = "guide", _("Guide desk")
    CONSULTANT = "consultant", _("Consult line")
    CUSTOMER_SERVICE = "customer_service", _("Customer service")
    FOLLOWUP_NURSE = "followup_nurse", _("Follow-up nurse")
    DOCTOR = "doctor", _("Doctor")
    HEALTH_ADVISER = "health_adviser", _("Health adviser")
    MANAGER = "manager", _("Manager")
    ADMINISTRATOR = "administrator", _("Administrator")


class Scope(Flag):
    NOTHING = 0
    OWN = auto()
    TEAM = auto()
    OPEN_PROMISE = auto()  # people to whom one owes something: what the promise needs, while it is open
    DEPARTMENT = auto()
    DEPARTMENT_TREE = auto()  # one's department and all below it
    HOSPITAL = auto()


class Capability(TextChoices):
    USE_OWN_ACCOUNT = "use_own_account", _("Use one's own account")
    FIND_PEOPLE = "find_people", _("Find and register people")
    SEE_ORGANISATIONS = "see_organisations", _("See and keep organisations")
    CONTROL_REGISTRATION = "control_registration", _("Control who was registered at the desk")
    REVEAL_NUMBERS = "reveal_numbers", _("Reveal a masked number")
    MERGE_PATIENTS = "merge_patients", _("Merge patients")
    UNDO_MERGES = "undo_merges", _("Undo a merge")
    IMPORT_PATIENTS = "import_patients", _("Import patients")
    EXPORT_NUMBERS = "export_numbers", _("Export with numbers")
    RECORD_DATA_REQUESTS = "record_data_requests", _("Record what people ask about their data")
    ANSWER_DATA_REQUESTS = "answer_data_requests", _("Answer what people ask about their data")
    CHECK_LOOKS = "check_looks", _("Check unusual looks")
    NAME_COLLEAGUES = "name_colleagues", _("Say which patients work here")
    BOOK_APPOINTMENTS = "book_appointments", _("See, book and move appointments")
    RECORD_ARRIVALS = "record_arrivals", _("Record arrivals")
    MANAGE_SESSIONS = "manage_sessions", _("Set up consulting sessions")
    SETTLE_OUTBOX = "settle_outbox", _("See and settle messages")
    READ_MESSAGES = "read_messages", _("Read the text of messages")
    REASSIGN_IN_BULK = "reassign_in_bulk", _("Reassign in bulk")
    SEE_CLINICAL = "see_clinical", _("See clinical text")
    SEE_CALLS = "see_calls", _("See calls and enquiries")
    SEE_PROMISES = "see_promises", _("See and keep promises")
    FILE_COMPLAINTS = "file_complaints", _("File a complaint")
    SEE_COMPLAINTS = "see_complaints", _("See and handle complaints")
    SEE_FIGURES = "see_figures", _("See figures and export them")
    SEE_COMPLAINT_FIGURES = "see_complaint_figures", _("See the figures of complaints")
    SEE_OUTREACH_FIGURES = "see_outreach_figures", _("See the figures of outreach")
    MANAGE_SETTINGS = "manage_settings", _("Manage staff, settings and lists")
    MANAGE_PROTOCOLS = "manage_protocols", _("Manage protocols, policies and templates")
    SEE_AUDIT = "see_audit", _("See the audit")


_C, _S = Capability, Scope
_TEAMWORK = _S.OWN | _S.TEAM
_CARE = _S.DEPARTMENT | _S.OPEN_PROMISE

GRANTS: dict[Role, dict[Capability, Scope]] = {
    Role.GUIDE: {
        _C.FIND_PEOPLE: _S.HOSPITAL,
        _C.SEE_ORGANISATIONS: _S.HOSPITAL,
        _C.CONTROL_REGISTRATION: _S.HOSPITAL,
        _C.REVEAL_NUMBERS: _S.HOSPITAL,
        _C.RECORD_DATA_REQUESTS: _S.HOSPITAL,
        _C.BOOK_APPOINTMENTS: _S.HOSPITAL,
        _C.RECORD_ARRIVALS: _S.HOSPITAL,
        _C.SEE_CALLS: _TEAMWORK,
        _C.SEE_PROMISES: _TEAMWORK,
        _C.FILE_COMPLAINTS: _S.HOSPITAL,
        _C.SEE_COMPLAINTS: _S.OWN,
        _C.SEE_FIGURES: _S.OWN,
    },
    Role.CONSULTANT: {
        _C.FIND_PEOPLE: _S.HOSPITAL,
        _C.SEE_ORGANISATIONS: _S.HOSPITAL,
        _C.REVEAL_NUMBERS: _S.HOSPITAL,
        _C.RECORD_DATA_REQUESTS: _S.HOSPITAL,
        _C.BOOK_APPOINTMENTS: _S.HOSPITAL,
        _C.SETTLE_OUTBOX: _S.OWN,
        _C.READ_MESSAGES: _S.OWN,
        _C.SEE_CLINICAL: _S.OPEN_PROMISE,
        _C.SEE_CALLS: _S.HOSPITAL,
        _C.SEE_PROMISES: _TEAMWORK,
        _C.FILE_COMPLAINTS: _S.HOSPITAL,
        _C.SEE_COMPLAINTS: _S.OWN,
        _C.SEE_FIGURES: _S.OWN,
    },
    Role.CUSTOMER_SERVICE: {
        _C.FIND_PEOPLE: _S.HOSPITAL,
        _C.SEE_ORGANISATIONS: _S.HOSPITAL,
        _C.REVEAL_NUMBERS: _S.HOSPITAL,
        _C.MERGE_PATIENTS: _S.HOSPITAL,
        _C.RECORD_DATA_REQUESTS: _S.HOSPITAL,
        _C.BOOK_APPOINTMENTS: _S.HOSPITAL,
        _C.SETTLE_OUTBOX: _S.OWN,
        _C.READ_MESSAGES: _S.OWN,
        _C.SEE_CLINICAL: _S.OPEN_PROMISE,
        _C.SEE_CALLS: _S.HOSPITAL,
        _C.SEE_PROMISES: _TEAMWORK,
        _C.FILE_COMPLAINTS: _S.HOSPITAL,
        _C.SEE_COMPLAINTS: _S.HOSPITAL,
        _C.SEE_COMPLAINT_FIGURES: _S.HOSPITAL,
    },
    Role.FOLLOWUP_NURSE: {
        _C.FIND_PEOPLE: _S.HOSPITAL,
        _C.SEE_ORGANISATIONS: _S.HOSPITAL,
        _C.REVEAL_NUMBERS: _S.HOSPITAL,
        _C.RECORD_DATA_REQUESTS: _S.HOSPITAL,
        _C.BOOK_APPOINTMENTS: _S.DEPARTMENT,
        _C.RECORD_ARRIVALS: _S.HOSPITAL,
        _C.SETTLE_OUTBOX: _S.OWN,
        _C.READ_MESSAGES: _S.OWN,
        _C.SEE_CLINICAL: _CARE,
        _C.SEE_CALLS: _S.OWN,
        _C.SEE_PROMISES: _TEAMWORK,
        _C.SEE_COMPLAINTS: _S.OWN,
        _C.SEE_FIGURES: _S.TEAM,
    },
    Role.DOCTOR: {
        _C.FIND_PEOPLE: _CARE,
        _C.REVEAL_NUMBERS: _S.HOSPITAL,
        _C.BOOK_APPOINTMENTS: _S.OWN,
        _C.SEE_CLINICAL: _CARE,
        _C.SEE_CALLS: _S.OWN,
        _C.SEE_PROMISES: _S.OWN,
        _C.SEE_COMPLAINTS: _S.OWN,
        _C.SEE_FIGURES: _S.OWN,
    },
    Role.HEALTH_ADVISER: {
        _C.FIND_PEOPLE: _S.HOSPITAL,
        _C.SEE_ORGANISATIONS: _S.HOSPITAL,
        _C.SETTLE_OUTBOX: _S.OWN,
        _C.READ_MESSAGES: _S.OWN,
        _C.SEE_CALLS: _S.OWN,
        _C.SEE_PROMISES: _TEAMWORK,
        _C.FILE_COMPLAINTS: _S.HOSPITAL,
        _C.SEE_OUTREACH_FIGURES: _S.HOSPITAL,
    },
    Role.MANAGER: {
        _C.FIND_PEOPLE: _S.HOSPITAL,
        _C.SEE_ORGANISATIONS: _S.HOSPITAL,
        _C.CONTROL_REGISTRATION: _S.HOSPITAL,
        _C.REVEAL_NUMBERS: _S.HOSPITAL,
        _C.MERGE_PATIENTS: _S.HOSPITAL,
        _C.UNDO_MERGES: _S.HOSPITAL,
        _C.IMPORT_PATIENTS: _S.HOSPITAL,
        _C.EXPORT_NUMBERS: _S.HOSPITAL,
        _C.RECORD_DATA_REQUESTS: _S.HOSPITAL,
        _C.ANSWER_DATA_REQUESTS: _S.HOSPITAL,
        _C.CHECK_LOOKS: _S.DEPARTMENT_TREE,
        _C.NAME_COLLEAGUES: _S.HOSPITAL,
        _C.BOOK_APPOINTMENTS: _S.HOSPITAL,
        _C.RECORD_ARRIVALS: _S.HOSPITAL,
        _C.SETTLE_OUTBOX: _S.DEPARTMENT_TREE,
        _C.READ_MESSAGES: _S.DEPARTMENT_TREE,
        _C.REASSIGN_IN_BULK: _S.DEPARTMENT_TREE,
        _C.SEE_CLINICAL: _S.DEPARTMENT_TREE,
        _C.SEE_CALLS: _S.DEPARTMENT_TREE,
        _C.SEE_PROMISES: _S.DEPARTMENT_TREE,
        _C.SEE_COMPLAINTS: _S.DEPARTMENT_TREE,
        _C.SEE_FIGURES: _S.DEPARTMENT_TREE,
        _C.MANAGE_PROTOCOLS: _S.HOSPITAL,
        _C.SEE_AUDIT: _S.DEPARTMENT,
    },
    Role.ADMINISTRATOR: {
        _C.MANAGE_SESSIONS: _S.HOSPITAL,
        _C.SETTLE_OUTBOX: _S.HOSPITAL,
        _C.MANAGE_SETTINGS: _S.HOSPITAL,
        _C.MANAGE_PROTOCOLS: _S.HOSPITAL,
        _C.SEE_AUDIT: _S.HOSPITAL,
        _C.CHECK_LOOKS: _S.HOSPITAL,
    },
}


def scope_of(roles: Iterable[Role], capability: Capability) -> Scope:
    """How far these roles together reach with the capability; Scope.NOTHING (false) if they do not hold it."""
    if capability == Capability.USE_OWN_ACCOUNT:
        return Scope.OWN
    reach = Scope.NOTHING
    for role in roles:
        reach |= GRANTS[role].get(capability, Scope.NOTHING)
    return reach
