"""The fixed cast and clock of all tests."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import Actor, Department, Staff
from accounts.services.actors import system_actor

from . import make

SAMPLES_DIR = Path(os.environ.get("SAMPLES_DIR", Path(__file__).resolve().parents[2] / "shared" / "data"))


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
    return system_actor("tests")


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
