"""Who asks the API, whom about, and when."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from accounts.models import Staff
from patients.models import Patient
from tests import make


@pytest.fixture
def clock(now: datetime) -> Iterator[None]:
    """It is `now`, and stays so."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def line(alice: Staff) -> Client:
    return make.client_of(alice)


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", "13800001234")
