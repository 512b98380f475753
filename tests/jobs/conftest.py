from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    """Stored files lie in a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
