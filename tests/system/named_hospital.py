"""A hospital on PostgreSQL whose people are all known by name, and somebody who asks it for them."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from tools.steps import ROOT

from .test_make_run import Server, outside

CARD, FOREIGNER, REFUSED = "51010119530821123X", "Wilhelmina Roth", "Ottilie Unwanted"
MAIL = "line.colleague@hospital-mail.example"
SECRET = "system-tests-only-" + "0123456789abcdef" * 4
# The demo hospital with somebody of a foreign name; a name that no table takes, and a message that may not fail from
# now on (some of the demo's have).
PREPARE = f"""
import io, django; django.setup()
from datetime import timedelta
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone
from accounts.models import Staff
from hospital_crm.lib.phones import read_phone
from messaging.services.outbox import tell_staff
from patients.models import Contact, Patient, Phone
from patients.services.patients import NewPhone, register_patient
from tests.make import client_of

call_command("migrate", verbosity=0)
call_command("seed_demo", patients=60, stdout=io.StringIO())
now, line = timezone.now(), Staff.objects.get(username="line")
Staff.objects.filter(pk=line.pk).update(email="{MAIL}")
line.refresh_from_db()
person = register_patient(values={{"name": "{FOREIGNER}", "card": "{CARD}"}},
                          phones=[NewPhone(read_phone("13987654321"))], actor=line.actor, at=now)
tell_staff(staff=line, kind="messaging.trial", params={{"about": "{FOREIGNER}"}}, dedupe_key="x", source="x",
           send_at=now, expires_at=now + timedelta(hours=1), actor=line.actor, at=now, about=person)
with connection.cursor() as cursor:
    cursor.execute("ALTER TABLE patients_patient ADD CONSTRAINT unwanted CHECK (name <> '{REFUSED}')")
    cursor.execute("ALTER TABLE messaging_message ADD CONSTRAINT stuck CHECK (state <> 'failed') NOT VALID")
call_command("issue_token", "line", "Logs")
print(client_of(line).cookies["sessionid"].value)
for model, column in ((Patient, "name"), (Phone, "digits"), (Contact, "name"), (Staff, "display_name")):
    print(*model.objects.exclude(**{{column: ""}}).values_list(column, flat=True), sep="\\n")
connections.close_all()
"""


@dataclass
class Caller:
    """Asks as a program with a token, or as a browser with a session; keeps each answer by its number."""

    server: Server
    token: str
    session: str
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    words: str = ""

    def ask(self, path: str, body: object = None, method: str = "", **headers: str) -> int:
        sent = body.encode() if isinstance(body, str) else json.dumps(body).encode() if body is not None else None
        url = f"http://127.0.0.1:{self.server.port}{quote(path, safe='/?&=')}"
        given = (
            {"Authorization": f"Bearer {self.token}"} if "/api/" in path else {"Cookie": f"sessionid={self.session}"}
        )
        asked = urllib.request.Request(
            url, sent, {"Content-Type": "application/json", **given, **headers}, method=method or None
        )
        try:
            answer = urllib.request.urlopen(asked, timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            self.words = answer.read().decode()
        if number := answer.headers["X-Request-ID"]:
            self.answers[number] = (answer.status, f"{asked.get_method()} {path.partition('?')[0]}")
        return int(answer.status)

    def found(self, path: str) -> int:
        """The first row of a list."""
        assert self.ask(path) == 200, self.words
        return int(json.loads(self.words)["results"][0]["id"])


def prepare(folder: Path, database: dict[str, str]) -> list[str]:
    """A token, a session, and then every name and number on file."""
    variables = {"DEMO": "1", "SECRET_KEY": SECRET, "VAR_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    variables["DJANGO_SETTINGS_MODULE"] = "hospital_crm.settings"
    done = subprocess.run(
        [sys.executable, "-c", PREPARE], cwd=ROOT, env=outside() | database | variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.split("\n") if line.strip()]
