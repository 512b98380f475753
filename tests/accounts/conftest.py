from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Staff
from tests import make

from .pages import in_english


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    """Wrong tries and used codes are counted in the cache, which outlives the test's transaction."""
    cache.clear()
    yield


@pytest.fixture
def office(frank: Staff) -> Client:
    """The administrator's browser, in English."""
    return in_english(make.client_of(frank))
