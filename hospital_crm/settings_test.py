"""Settings of the tests: the product's own, with a quick password hash and a private database."""

import os

from tests import services

os.environ.update(
    DEMO="0",
    SECRET_KEY="tests-only-" + "0123456789abcdef" * 4,
    ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
    HTTPS="0",
    TIME_ZONE="Asia/Shanghai",
)
if "VAR_DIR" not in os.environ:
    os.environ["VAR_DIR"] = str(services.temporary_folder("var"))
os.environ["VAR_DIR"] = services.folder_of_worker(os.environ["VAR_DIR"])
os.environ.pop("DATABASE_URL", None)
os.environ.pop("REDIS_URL", None)
if os.environ.get("TEST_DB") == "postgres":
    os.environ["DATABASE_URL"] = services.postgres()
    services.redis()  # started once, before pytest-xdist's workers: they find its address

from hospital_crm.settings import *
from hospital_crm.settings import DATABASES, LOGGING, STORAGES

DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
LOGGING["handlers"]["console"]["level"] = "ERROR"
LOGGING["handlers"]["listener"] = {"class": "tests.discretion.Listener", "formatter": "line"}
LOGGING["root"]["handlers"] = ["console", "listener"]
WHITENOISE_AUTOREFRESH = True  # else every test client scans the collected files anew
