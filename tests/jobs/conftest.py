from typing import Any
from uuid import uuid4

import pytest


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Stored files lie in a folder of the test's own; most tests store none, and nothing is made for them."""
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / f"files-{uuid4()}"
