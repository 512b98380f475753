from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Staff
from tests import make
from tests.accounts.pages import in_english


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Stored files lie in a folder of the test's own; most tests store none, and nothing is made for them."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / f"files-{uuid4()}"


@pytest.fixture
def office(frank: Staff) -> Client:
    """The administrator's browser, in English."""
    return in_english(make.client_of(frank))
