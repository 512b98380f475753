"""Reads for settings.py where e-mail goes and what links in it begin with; a wrong value is one clear line."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

SHAPE = "EMAIL_URL must look like smtp+tls://user:password@host:587, with smtp:// for a relay that needs no password."
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
CONSOLE = "django.core.mail.backends.console.EmailBackend"
NOWHERE = "django.core.mail.backends.dummy.EmailBackend"
SERVER = "messaging.services.gateways.smtp.WatchedBackend"


@dataclass(frozen=True)
class MailServer:
    backend: str
    sender: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starts_tls: bool = False
    is_tls: bool = False


def mail_server(env: environ.Env, *, demo: bool) -> MailServer:
    """The server that EMAIL_URL names. Without one no e-mail is sent; the demo prints it."""
    url, sender = env.str("EMAIL_URL", default=""), env.str("EMAIL_FROM", default="")
    if not url:
        return MailServer(CONSOLE if demo else NOWHERE, sender or "crm@localhost")
    parts = urlsplit(url)
    try:
        port = parts.port or PORTS[parts.scheme]
    except (KeyError, ValueError) as error:
        raise ImproperlyConfigured(SHAPE) from error
    if not parts.hostname or parts.path.strip("/"):
        raise ImproperlyConfigured(SHAPE)
    return MailServer(
        SERVER,
        _sender(sender),
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starts_tls=parts.scheme == "smtp+tls",
        is_tls=parts.scheme == "smtps",
    )


def _sender(text: str) -> str:
    try:
        validate_email(parseaddr(text)[1])
    except ValidationError as error:
        raise ImproperlyConfigured(
            "EMAIL_FROM is missing or no address: name the sender, e.g. Hospital CRM <crm@hospital.example>."
        ) from error
    return text


def base_url(env: environ.Env, *, hosts: Sequence[str], https: bool, demo: bool) -> str:
    """What links in e-mail begin with: BASE_URL, or the first of ALLOWED_HOSTS; this machine in the demo."""
    url: str = env.str("BASE_URL", default="").rstrip("/")
    if not url and demo:
        return f"http://127.0.0.1:{env.str('PORT', default='8000')}"
    if not url:
        return f"{'https' if https else 'http'}://{hosts[0].lstrip('.')}"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"BASE_URL={url} must look like https://crm.hospital.example.")
    return url
