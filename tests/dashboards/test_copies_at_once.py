"""A copy is finished while the record is merged: the merge goes on, and the copy ends all the same. Mission A7."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Staff
from dashboards.services.copies import write_next_copy
from jobs.models import StoredFile
from patients.models import Merge
from patients.services.copies import ask_for_copy
from patients.services.merges import merge_patients
from tests import make
from tests.accounts.at_once import Meanwhile, on_a_server, with_threads
from tests.patients.asked import asked

pytestmark = [on_a_server, with_threads]


def test_a_copy_that_ends_meanwhile_stops_no_merge(alice: Staff, now: datetime, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    zhang, other = make.patient("张桂兰"), make.patient("张贵兰")
    request = asked(zhang, alice, now)
    ask_for_copy(request=request, actor=make.by(), at=now)
    with transaction.atomic():
        write_next_copy(now=lambda: now)
        meanwhile = Meanwhile(lambda: merge_patients(survivor=zhang, merged=other, actor=make.by(), at=now))
        meanwhile.wait_until_it_waits()
    assert isinstance(meanwhile.outcome(), Merge)
    request.refresh_from_db()
    assert request.copy is None
    assert not StoredFile.objects.exists()
    assert not list(tmp_path.rglob("*.json"))
