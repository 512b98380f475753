"""A secret on the screen: from the act that made it to the browser of whoever acted, and nowhere else."""

from django.http import HttpRequest

from hospital_crm.lib.sealing import CannotBeOpened, seal, unseal

SHOWN_SECONDS = 600
SHOWN_MINUTES = SHOWN_SECONDS // 60
KEPT = "shown_once"  # in the session, one at a time


def keep(request: HttpRequest, secret: str, *, about: str) -> None:
    """For a page of its own, which survives a reload and a change of language; the session's row holds it sealed."""
    request.session[KEPT] = seal(secret, purpose=_purpose(request, about))


def kept(request: HttpRequest, *, about: str) -> str:
    """The secret, for a few minutes; "" afterwards, and for everybody else."""
    try:
        return unseal(request.session.get(KEPT, ""), purpose=_purpose(request, about), seconds=SHOWN_SECONDS)
    except CannotBeOpened:
        return ""


def _purpose(request: HttpRequest, about: str) -> str:
    """Nobody else's session and no other page opens it."""
    return f"{about} for {request.user.pk}"
