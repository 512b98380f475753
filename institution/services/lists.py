from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor
from accounts.services.submissions import create_once
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from institution.models import ReferenceItem, ReferenceList


class ItemCodeTaken(DomainError):
    """Another entry of the list has the code, in use or not."""

    message = _("This list has the code already.")
    field = "code"


def create_item(
    *,
    reference_list: ReferenceList,
    values: dict[str, Any],
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
) -> ReferenceItem:
    """The list has one more choice.

    Raises DuplicateSubmission, ItemCodeTaken.
    """

    def create() -> ReferenceItem:
        item = ReferenceItem.objects.create(list=reference_list, **values, updated_at=at, updated_by=actor)
        audit.record(actor=actor, verb="list_item.created", subject=item, at=at)
        return item

    try:
        with transaction.atomic():
            return create_once(submission=submission, kind=ReferenceItem._meta.label, create=create, actor=actor, at=at)
    except IntegrityError as clash:
        raise ItemCodeTaken from clash


@transaction.atomic
def update_item(
    *, item: ReferenceItem, version: int, values: dict[str, Any], actor: Actor, at: datetime
) -> ReferenceItem:
    """The choice is as given; records that point at it follow.

    Raises StaleVersion.
    """
    changed = save_version(item, version=version, values=values, actor=actor, at=at)
    if changed:
        audit.record(actor=actor, verb="list_item.updated", subject=item, at=at, fields=changed)
    return item


audit.name_verbs({"list_item.created": _("List entry added"), "list_item.updated": _("List entry changed")})
audit.show_names_of(ReferenceItem)
