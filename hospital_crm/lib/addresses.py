"""Where a request comes from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The visitor's IP address, or None if nothing readable was said.

    Behind TRUSTED_PROXIES proxies of one's own the header's right end is theirs: each has added the address that it
    saw. Whatever stands further left was written by the visitor and counts for nothing.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        seen = hops[-min(settings.TRUSTED_PROXIES, len(hops))] or seen
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return None
