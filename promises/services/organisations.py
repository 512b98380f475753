"""What is promised to an organisation: by whoever looks after it, from its page."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, Staff, Team
from accounts.services.submissions import create_once
from hospital_crm.lib.errors import DomainError
from patients.models import Organisation
from patients.services.organisations import hold_organisation
from promises.models import Promise

from .promises import make_promise

Kind = Promise.Kind
KINDS = (Kind.RING_BACK, Kind.VISIT_THEM, Kind.SEND_OFFER, Kind.SEND_INFORMATION, Kind.LOOK_INTO)
KIND_CHOICES = [(kind.value, kind.label) for kind in KINDS]  # what forms and programs may choose


class OwedToOrganisation(DomainError):
    """A call is about a person: what was said with an organisation is a try on the promise."""

    message = _("This was promised to an organisation: what was said there is logged here.")

    def __init__(self, promise: Promise) -> None:
        super().__init__()
        self.promise = promise


@transaction.atomic
def promise_to_organisation(
    *,
    organisation: Organisation,
    kind: Promise.Kind,
    due_at: datetime,
    owner: Staff | None = None,
    team: Team | None = None,
    note: str = "",
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
) -> Promise:
    """Somebody owes it to the organisation from now on.

    Raises OrganisationAlreadyEnded, DuplicateSubmission, and what `make_promise` raises.
    """

    def create() -> Promise:
        return make_promise(
            target=hold_organisation(organisation),
            kind=kind,
            due_at=due_at,
            owner=owner,
            team=team,
            note=note,
            actor=actor,
            at=at,
        )

    return create_once(submission=submission, kind=Promise._meta.label, create=create, actor=actor, at=at)
