"""How a program signs in: `Authorization: Bearer <token>` (RFC 6750)."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import Staff
from accounts.services.tokens import staff_of_token

SCHEME = b"bearer"


class BearerToken(BaseAuthentication):
    """Whoever the token was made for; a request without the header is left to the session."""

    def authenticate(self, request: Request) -> tuple[Staff, None] | None:
        scheme, _space, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != SCHEME:
            return None
        staff = staff_of_token(text=token.strip().decode("latin-1"), at=timezone.now())
        if staff is None:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked."))
        return staff, None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
