"""Programs sign in with a token that an administrator made for a colleague's account."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, ApiToken, Staff
from hospital_crm.lib.errors import DomainError

from .leaving import StaffAlreadyInactive

PREFIX = "hcrm_"  # so that scanners for secrets know one when they see it
BYTES = 32
USED_STEP = timedelta(minutes=1)  # the row is written at most this often


class TokenAlreadyRevoked(DomainError):
    """The token was revoked before."""

    message = _("This token was revoked already.")


@transaction.atomic
def issue_token(*, staff: Staff, name: str, expires_at: datetime, actor: Actor, at: datetime) -> tuple[ApiToken, str]:
    """A program can sign in as the person until then; returns the row and the token, which is never shown again.

    Raises StaffAlreadyInactive.
    """
    if not staff.is_active:
        raise StaffAlreadyInactive
    text = PREFIX + secrets.token_urlsafe(BYTES)
    token = ApiToken.objects.create(staff=staff, name=name, digest=_digest(text), created_at=at, expires_at=expires_at)
    audit.record(actor=actor, verb="token.issued", subject=staff, at=at)
    return token, text


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: Actor, at: datetime) -> ApiToken:
    """The token opens nothing any more.

    Raises TokenAlreadyRevoked.
    """
    if ApiToken.objects.unrevoked().filter(pk=token.pk).update(revoked_at=at) != 1:
        raise TokenAlreadyRevoked
    audit.record(actor=actor, verb="token.revoked", subject=token.staff, at=at)
    token.refresh_from_db()
    return token


def staff_of_token(*, text: str, at: datetime) -> Staff | None:
    """Who signs in with it; None for a token that is unknown, expired or revoked. Its last use is noted."""
    token = ApiToken.objects.valid(at).filter(digest=_digest(text)).first()
    if token is None:
        return None
    unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at - USED_STEP)
    if token.last_used_at is None or token.last_used_at < at - USED_STEP:
        ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=at)
    staff: Staff | None = Staff.objects.with_access().filter(pk=token.staff_id).first()
    return staff


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


audit.name_verbs({"token.issued": _("Token issued"), "token.revoked": _("Token revoked")})
