"""What there is to write to patients about. An app names its purposes when it is loaded."""

from django.utils.translation import gettext_lazy as _

from accounts.access import Capability
from messaging.models.kinds import MessageClass
from messaging.models.purposes import PURPOSES, Holds, MessagePurpose, Variable
from messaging.services.outbox import name_kinds


def name_purposes(*purposes: MessagePurpose) -> None:
    """Templates may be written for them from now on; the outbox knows them by name."""
    PURPOSES.update({each.code: each for each in purposes})
    name_kinds({each.code: each.name for each in purposes})


DEPARTMENT = Variable("department", _("Department"), _("Cardiology"), holds=Holds.DEPARTMENT)
DOCTOR = Variable("doctor", _("Doctor"), _("Dr Li"), holds=Holds.COLLEAGUE)
APPOINTMENT_AT = Variable(
    "appointment_at",
    _("Day and time of the appointment"),
    _("Thu 12 Mar, 10:30"),
    is_needed=True,
    holds=Holds.MOMENT,
)
PLACE = Variable(
    "place",
    _("Where to go"),
    _("2nd floor, room 203"),
    longest=_("Outpatient building, 3rd floor, area C, room 312"),
)
DUE = Variable("due_on", _("Day by which it is due"), _("Thu 12 Mar"), holds=Holds.DAY)
NUMBER = Variable("number", _("Number of the complaint"), "TS-2026-0087", is_needed=True)
LINK = Variable("link", _("Link to the survey"), "https://crm.example/q/4k7tq2m9", is_needed=True, holds=Holds.LINK)
APPOINTMENT = (DEPARTMENT, DOCTOR, APPOINTMENT_AT, PLACE)
CARE, SERVICE, SURVEY, MARKETING = (
    (MessageClass.CARE,),
    (MessageClass.SERVICE,),
    (MessageClass.SURVEY,),
    (MessageClass.MARKETING,),
)

# What the hospital tells everybody may hold an offer, and a reminder of follow-up is what an opt-out from care stops:
# neither can pass for service, which goes without consent.
name_purposes(
    MessagePurpose("ring_back_missed", _("We rang and could not reach you"), CARE + SERVICE),
    MessagePurpose("appointment_reminder", _("Reminder of an appointment"), CARE + SERVICE, APPOINTMENT),
    MessagePurpose("followup_reminder", _("Reminder of a follow-up"), CARE, (DEPARTMENT, DUE)),
    MessagePurpose("care_advice", _("Advice after a treatment"), CARE, (DEPARTMENT,)),
    MessagePurpose("survey_invitation", _("Invitation to a survey"), SURVEY, (DEPARTMENT, LINK)),
    MessagePurpose(
        "complaint_received",
        _("A complaint was received"),
        SERVICE,
        (NUMBER, DUE),
        needs=Capability.SEE_COMPLAINTS,
        is_urgent=True,
    ),
    MessagePurpose("birthday_greeting", _("Birthday greeting"), MARKETING),
    MessagePurpose("announcement", _("Announcement of the hospital"), MARKETING, may_advertise=True),
)
