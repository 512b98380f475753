"""The fixed cast and clock of all tests."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.template import Template
from django.test import Client
from pytest_django.plugin import blocking_manager_key

from accounts.models import Actor, Department, Staff
from tools.browser import chromium

from . import database, make
from .discretion import Discretion
from .pace import Pace

PLAIN_RENDER = Template._render  # type: ignore[attr-defined]  # before pytest-django sets up the test environment
SAMPLES_DIR = Path(os.environ.get("SAMPLES_DIR", Path(__file__).resolve().parents[2] / "shared" / "data"))


gc.set_threshold(200_000, 20, 100)  # pages leave much short-lived rubbish behind; little of it in cycles
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop in the test's thread


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Pace())
    config.pluginmanager.register(Discretion())


def pytest_sessionstart(session: pytest.Session) -> None:
    """Once, before several processes start: each would migrate a database of its own."""
    if connection.vendor == "sqlite" and not hasattr(session.config, "workerinput"):
        with session.config.stash[blocking_manager_key].unblock():
            database.make_ready()


def pytest_collection_finish() -> None:
    """What was collected stays until the end: looking for rubbish among it takes longer than many a test."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup() -> None:
    if connection.vendor != "sqlite":  # there the row stands ready in the copy that all tests begin with
        make.forget()


@pytest.fixture(scope="session", autouse=True)
def _templates_as_they_are(django_test_environment: None) -> Iterator[None]:
    """Django copies every context of every template for `response.context`; tests read the page instead."""
    instrumented, Template._render = Template._render, PLAIN_RENDER  # type: ignore[attr-defined]
    yield
    Template._render = instrumented  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def _unused() -> None:
    """pytest-django prepares these before each of thousands of tests, of which none uses them."""


_django_set_urlconf = _django_isolate_apps = _django_clear_site_cache = _template_string_if_invalid_marker = _unused


@pytest.fixture(scope="session")
def _ready_made(django_db_modify_db_settings: None) -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with closing(database.in_memory()) as holder:
        database.fill(holder)
        database.copied_back()
        yield


@pytest.fixture(scope="session")
def django_db_setup(_ready_made: None, django_db_setup: None) -> None:
    """Migrating takes seconds, in every process: on SQLite it is done once and copied."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Visits of the whole house come first: they need the rows that migrations bring.

    Browsers come last: their tests end by emptying every table, and pytest likes to move them forward.
    """
    items.sort(key=lambda item: (item.get_closest_marker("browser") is not None, not _looks_at_visits(item)))


def _looks_at_visits(item: pytest.Item) -> bool:
    return "all_visits" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = chromium()
    assert path, "no Chromium: apt-get install chromium"
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    return {**browser_type_launch_args, "executable_path": path, "args": quiet}


@pytest.fixture
def samples() -> Path:
    """Real input that nobody here wrote. It must be there in CI; elsewhere the test is left out with that reason."""
    if not SAMPLES_DIR.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{SAMPLES_DIR} is missing")
        pytest.skip(f"no samples at {SAMPLES_DIR}: set SAMPLES_DIR")
    return SAMPLES_DIR


@pytest.fixture
def now() -> datetime:
    """Thursday, 12 March 2026, 10:24 in the hospital."""
    return datetime(2026, 3, 12, 10, 24, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def system(db: None) -> Actor:
    return make.by()


@pytest.fixture
def cataract(db: None) -> Department:
    return make.department("白内障科", "Cataract")


@pytest.fixture
def glaucoma(db: None) -> Department:
    return make.department("青光眼科", "Glaucoma")


@pytest.fixture
def alice(cataract: Department) -> Staff:
    """Consults on the line."""
    return make.staff("alice", "consultant", department=cataract)


@pytest.fixture
def bob(cataract: Department) -> Staff:
    """Consults too, in the same department as Alice."""
    return make.staff("bob", "consultant", department=cataract)


@pytest.fixture
def charlie(glaucoma: Department) -> Staff:
    """Nurses in another department."""
    return make.staff("charlie", "followup_nurse", department=glaucoma)


@pytest.fixture
def dana(cataract: Department) -> Staff:
    """Manages the department of Alice and Bob."""
    return make.staff("dana", "manager", department=cataract)


@pytest.fixture
def frank(db: None) -> Staff:
    """Administers, with a second factor."""
    return make.staff("frank", "administrator", second_factor=True)


SignedIn = Callable[[Staff], Client]


@pytest.fixture
def signed_in() -> SignedIn:
    """A browser in which this person is signed in. Eve is the plain `client`: not signed in."""
    return make.client_of
