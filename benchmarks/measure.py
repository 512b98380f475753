"""`python -m benchmarks.measure`: one filled database (DATABASE_URL), measured; the results as JSON in a file."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital_crm.settings")
django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from accounts.models import Staff
from patients.models import Patient
from tools.steps import ROOT, say

from . import look_ups, requests, servers
from .samples import Samples
from .timing import Result, Site

FLOOR_SESSION = """
import os
from benchmarks import floor
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.auth.models import User
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
user, _ = User.objects.get_or_create(username="floor")
session = SessionStore()
session.update({SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
                HASH_SESSION_KEY: user.get_session_auth_hash()})
session.save()
print(session.session_key)
"""


def session_of(staff: Staff) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session.save(must_create=True)
    return str(session.session_key)


def floor_session() -> str:
    made = subprocess.run(
        [sys.executable, "-c", FLOOR_SESSION], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    return made.stdout.strip().splitlines()[-1]


def results() -> Iterator[Result]:
    """Each look-up and each page at this size."""
    rows, samples = Patient.objects.count(), Samples.read()
    line, manager = (Staff.objects.get(username=name) for name in ("line", "manager"))
    yield from look_ups.look_ups(rows, line, samples)
    yield look_ups.figures(rows, manager)
    csrf = f"csrftoken={requests.CSRF}"
    cookies = f"{settings.SESSION_COOKIE_NAME}={session_of(line)}; {csrf}"
    ours = Site(servers.web("hospital_crm.wsgi:application", {"API_RATE": "1000000"}), cookies)
    port = servers.web("benchmarks.floor:application", {"DJANGO_SETTINGS_MODULE": ""})
    pages = json.dumps(requests.pages_for_the_floor(ours, samples))
    bare = Site(servers.web("benchmarks.bare:application", {"BARE_PAGES": pages}), cookies)
    sites = requests.Sites(ours, Site(port, f"sessionid={floor_session()}; {csrf}"), bare, rows)
    yield from requests.pages(sites, samples)
    yield requests.create(sites, samples)
    yield from requests.lists(sites, samples)  # at last: the floor hangs up while ours is walked to page 1000


def main() -> None:
    found = []
    for result in results():
        say(f"  {result.name}: {result.ours_p50_ms} ms")
        found.append(result.as_dict())
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
