from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import Staff
from tests import make
from tests.accounts.pages import in_english


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    """Stored files lie in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def office(frank: Staff) -> Client:
    """The administrator's browser, in English."""
    return in_english(make.client_of(frank))
