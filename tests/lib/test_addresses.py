"""Where a request comes from: never what the visitor claims."""

from typing import Any

import pytest
from django.test import RequestFactory

from hospital_crm.lib.addresses import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "10.0.0.9"),
        (0, "203.0.113.5", "10.0.0.9"),  # nobody of ours stands in front: the header is the visitor's own word
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "198.51.100.1, 203.0.113.5", "203.0.113.5"),  # the left one is the visitor's own word
        (2, "198.51.100.1, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (2, "203.0.113.5", "203.0.113.5"),
        (1, "", "10.0.0.9"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "unknown", None),
        (1, "203.0.113.5:4711", None),
    ],
)
def test_is_what_the_nearest_trusted_proxy_saw(
    settings: Any, rf: RequestFactory, proxies: int, forwarded: str, address: str | None
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="10.0.0.9", headers={"X-Forwarded-For": forwarded} if forwarded else {})
    assert client_address(request) == address
