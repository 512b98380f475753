import pytest
from django.test import Client

from accounts.models import Staff
from tests import make
from tests.accounts.pages import in_english


@pytest.fixture
def office(frank: Staff) -> Client:
    """The administrator's browser, in English."""
    return in_english(make.client_of(frank))
