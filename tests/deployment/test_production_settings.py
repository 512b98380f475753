"""What the settings promise an operator, read from the product's own file: the tests run with a copy made quicker."""

import runpy
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.contrib.sessions.backends import db

from hospital_crm.lib import deployment
from tests.deployment.test_settings import STRONG
from tools.steps import ROOT

Settings = dict[str, Any]
Read = Callable[..., Settings]
YEAR = 31_536_000  # seconds
COOKIES = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Read:
    """The settings as they are with these variables and no others of ours."""

    def settings(**variables: str) -> Settings:
        for name in ("DATABASE_URL", "REDIS_URL", "DEMO", "HTTPS", "DEBUG", "TRUSTED_PROXIES"):
            monkeypatch.delenv(name, raising=False)
        given = {"SECRET_KEY": STRONG, "ALLOWED_HOSTS": "crm.example", "VAR_DIR": str(tmp_path_factory.getbasetemp())}
        for name, value in (given | variables).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "hospital_crm" / "settings.py"))

    monkeypatch.setattr(deployment, "logging", lambda json_lines: {})  # the run has its own
    return settings


def test_passwords_are_kept_with_argon2(read: Read) -> None:
    assert read()["PASSWORD_HASHERS"][0] == "django.contrib.auth.hashers.Argon2PasswordHasher"


def test_passwords_have_ten_characters_and_are_neither_common_nor_like_the_name(read: Read) -> None:
    rules = {rule["NAME"].rpartition(".")[2]: rule.get("OPTIONS", {}) for rule in read()["AUTH_PASSWORD_VALIDATORS"]}
    assert rules["MinimumLengthValidator"] == {"min_length": 10}
    assert {"CommonPasswordValidator", "UserAttributeSimilarityValidator", "NumericPasswordValidator"} < set(rules)


def test_without_a_word_it_speaks_https_only(read: Read) -> None:
    settings = read()
    assert settings["DEBUG"] is False
    assert (settings["SECURE_SSL_REDIRECT"], settings["SECURE_HSTS_SECONDS"]) == (True, YEAR)
    assert [settings[name] for name in COOKIES] == [True, True, True]


@pytest.mark.parametrize("variables", [{"HTTPS": "0"}, {"DEMO": "1"}], ids=["HTTPS=0", "the demo"])
def test_without_https_no_browser_is_told_to_insist_on_it(read: Read, variables: dict[str, str]) -> None:
    settings = read(**variables)
    assert (settings["SECURE_SSL_REDIRECT"], settings["SECURE_HSTS_SECONDS"]) == (False, 0)
    assert [settings[name] for name in COOKIES] == [False, False, False]


@pytest.mark.parametrize("variables", [{}, {"TRUSTED_PROXIES": "0"}], ids=["unset", "none"])
def test_without_a_proxy_nobody_is_believed_about_https(read: Read, variables: dict[str, str]) -> None:
    """Else anybody could claim it with a header."""
    assert read(**variables)["SECURE_PROXY_SSL_HEADER"] is None


def test_a_proxy_says_whether_it_was_https(read: Read) -> None:
    assert read(TRUSTED_PROXIES="1")["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def test_sessions_are_rows_in_the_database_and_end_with_the_browser(read: Read) -> None:
    """Deactivating somebody ends them at once; a signed cookie would live on."""
    settings = read()
    store = import_module(settings["SESSION_ENGINE"]).SessionStore
    assert issubclass(store, db.SessionStore)
    assert settings["SESSION_EXPIRE_AT_BROWSER_CLOSE"] is True
    assert settings["SESSION_COOKIE_HTTPONLY"] is True


def test_administrators_owe_a_second_factor_except_in_the_demo(read: Read) -> None:
    assert read()["SECOND_FACTOR_FOR_ADMINISTRATORS"] is True
    assert read(DEMO="1")["SECOND_FACTOR_FOR_ADMINISTRATORS"] is False
