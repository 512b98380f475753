"""A token from the command line: for scripts on the machine itself."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, Staff
from tests import make


def test_opens_the_api(alice: Staff, client: Client) -> None:
    output = StringIO()
    call_command("issue_token", "alice", "Script", days=7, stdout=output)
    token = output.getvalue().strip()
    assert client.get("/api/v1/patients/", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    row = ApiToken.objects.get()
    assert timedelta(days=6) < row.expires_at - timezone.now() < timedelta(days=8)


@pytest.mark.parametrize(("username", "days"), [("nobody", 7), ("alice", 0), ("alice", 367), ("gone", 7)])
def test_is_refused_in_one_line(alice: Staff, username: str, days: int) -> None:
    make.left(make.staff("gone", "consultant"))
    with pytest.raises(CommandError):
        call_command("issue_token", username, "Script", days=days)
    assert not ApiToken.objects.exists()
