from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client

from accounts.models import Staff
from tests import make

from .pages import in_english


@pytest.fixture
def office(frank: Staff) -> Client:
    """The administrator's browser, in English."""
    return in_english(make.client_of(frank))


@pytest.fixture
def clock(now: datetime) -> Iterator[time_machine.Traveller]:
    """It stands still at 10:24 until a test moves it."""
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller
