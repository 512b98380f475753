"""What the operator reads when the settings or the database are wrong: one line."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import SystemCheckError
from django.db import OperationalError

from tools.database import one_line

REFUSED = "connection to server failed: Connection refused\n\tIs the server running?\n"
CHECKS = """System check identified some issues:

ERRORS:
?: (crm.E001) The database has LC_CTYPE=C.
\tHINT: Make it anew with a UTF-8 locale.

System check identified 1 issue (0 silenced)."""


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ImproperlyConfigured("SECRET_KEY is missing."), "SECRET_KEY is missing."),
        (
            OperationalError(REFUSED),
            "The database cannot be used: connection to server failed: Connection refused Is the server running?",
        ),
        (SystemCheckError(CHECKS), "(crm.E001) The database has LC_CTYPE=C. HINT: Make it anew with a UTF-8 locale."),
    ],
)
def test_what_the_operator_can_mend_is_one_line(error: Exception, line: str) -> None:
    assert one_line(error) == line
