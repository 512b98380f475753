"""Where e-mail goes: one variable, and a wrong one is one clear line that shows no password."""

import pytest

from hospital_crm.lib.mail_server import CONSOLE, NOWHERE, base_url, mail_server
from tests.deployment.test_settings import env_of, refusal

SENDER = "Hospital CRM <crm@hospital.example>"


@pytest.mark.parametrize(
    ("url", "host", "port", "starts_tls", "is_tls"),
    [
        ("smtp://relay.example", "relay.example", 25, False, False),
        ("smtp+tls://u:p@mail.example", "mail.example", 587, True, False),
        ("smtp+tls://u:p@mail.example:2587", "mail.example", 2587, True, False),
        ("smtps://u:p@mail.example/", "mail.example", 465, False, True),
    ],
)
def test_an_address_names_a_server(url: str, host: str, port: int, starts_tls: bool, is_tls: bool) -> None:
    server = mail_server(env_of(EMAIL_URL=url, EMAIL_FROM=SENDER), demo=False)
    assert (server.host, server.port, server.starts_tls, server.is_tls) == (host, port, starts_tls, is_tls)
    assert server.sender == SENDER


def test_special_characters_in_the_password_are_written_as_in_any_address() -> None:
    server = mail_server(env_of(EMAIL_URL="smtp+tls://crm%40h:p%2Fss@h:587", EMAIL_FROM=SENDER), demo=False)
    assert (server.user, server.password) == ("crm@h", "p/ss")


@pytest.mark.parametrize(("demo", "backend"), [(True, CONSOLE), (False, NOWHERE)])
def test_without_an_address_the_demo_prints_and_a_hospital_sends_nothing(demo: bool, backend: str) -> None:
    assert mail_server(env_of(), demo=demo).backend == backend


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://h:port", "smtp://h/x", "smtps://u:tiger7/x@h:1"]
)
def test_a_wrong_address_is_refused_and_shows_no_password(url: str) -> None:
    line = refusal(lambda: mail_server(env_of(EMAIL_URL=url, EMAIL_FROM=SENDER), demo=False))
    assert line.startswith("EMAIL_URL must look like smtp+tls://")
    assert "tiger7" not in line


@pytest.mark.parametrize("sender", ["", "nobody", "CRM <nobody>"])
def test_a_server_needs_a_sender(sender: str) -> None:
    env = env_of(EMAIL_URL="smtp://h", EMAIL_FROM=sender)
    assert refusal(lambda: mail_server(env, demo=False)).startswith("EMAIL_FROM is missing or no address")


@pytest.mark.parametrize(
    ("variables", "demo", "expected"),
    [
        ({}, False, "https://crm.example"),
        ({"BASE_URL": "https://crm.example:8443/"}, False, "https://crm.example:8443"),
        ({}, True, "http://127.0.0.1:8000"),
        ({"PORT": "8123"}, True, "http://127.0.0.1:8123"),
    ],
)
def test_links_begin_with(variables: dict[str, str], demo: bool, expected: str) -> None:
    assert base_url(env_of(**variables), hosts=["crm.example"], https=True, demo=demo) == expected


@pytest.mark.parametrize("url", ["crm.example", "ftp://crm.example", "https:", "https://h?x=1"])
def test_what_links_cannot_begin_with_is_refused(url: str) -> None:
    line = refusal(lambda: base_url(env_of(BASE_URL=url), hosts=["h"], https=True, demo=False))
    assert line == f"BASE_URL={url} must look like https://crm.hospital.example."
