"""Reads the environment for settings.py; every wrong value becomes one clear line (ImproperlyConfigured)."""

import os
import secrets
import zoneinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
import structlog
from django.core.exceptions import ImproperlyConfigured

from hospital_crm.lib.discreet import without_people, without_rows

DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
WEAK_SECRET_LENGTH = 50  # as in Django's own check security.W009
HIGHEST_NUMBER = 1_000_000  # of minutes or hours: more than a century, and dates can still be reckoned with it


def flag(env: environ.Env, name: str, *, default: bool) -> bool:
    """Whether the variable says yes. Raises ImproperlyConfigured for a word that says neither."""
    text = env.str(name, default="").strip().lower()
    if text in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return default if text == "" else text in ("1", "true", "yes", "on")
    raise ImproperlyConfigured(f"{name}={text} is neither yes nor no: use 1 or 0.")


def number(env: environ.Env, name: str, *, default: int, lowest: int) -> int:
    """A whole number of at least `lowest`."""
    text: str = env.str(name, default=str(default))
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST_NUMBER))
    if not digits or not lowest <= int(text) <= HIGHEST_NUMBER:
        raise ImproperlyConfigured(f"{name}={text} must be a whole number from {lowest} to {HIGHEST_NUMBER}.")
    return int(text)


def time_zone(env: environ.Env) -> str:
    name: str = env.str("TIME_ZONE", default="Asia/Shanghai")
    if name not in zoneinfo.available_timezones():
        raise ImproperlyConfigured(f"TIME_ZONE={name} is no time zone: use a name such as Asia/Shanghai.")
    return name


def writable_folder(folder: Path) -> Path:
    """The folder, made if absent."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # patients' data: nobody else on the machine reads it
    except OSError as error:
        raise ImproperlyConfigured(f"VAR_DIR={folder} cannot be made: {error.strerror}.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"VAR_DIR={folder} is not writable: give the folder to this user or set VAR_DIR.")
    return folder


def secret_key(env: environ.Env, *, demo: bool, folder: Path) -> str:
    """SECRET_KEY; in demo mode a random one, made once and kept in the folder."""
    key: str = env.str("SECRET_KEY", default="")
    if not key and demo:
        return _kept_secret(folder / "secret_key")
    if not key:
        raise ImproperlyConfigured(
            f"SECRET_KEY is missing: set it to {WEAK_SECRET_LENGTH} random characters or more, or DEMO=1 for a trial."
        )
    if not demo and (len(key) < WEAK_SECRET_LENGTH or len(set(key)) < 5 or key.startswith("django-insecure-")):
        raise ImproperlyConfigured(f"SECRET_KEY is weak: use {WEAK_SECRET_LENGTH} random characters or more.")
    return key


def _kept_secret(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
    return path.read_text(encoding="ascii")


def allowed_hosts(env: environ.Env, *, demo: bool) -> list[str]:
    hosts: list[str] = env.list("ALLOWED_HOSTS", default=[])
    if hosts:
        return hosts
    if demo:
        return ["127.0.0.1", "localhost", "[::1]"]
    raise ImproperlyConfigured("ALLOWED_HOSTS is missing: name the host that browsers use, e.g. crm.hospital.example.")


def database(env: environ.Env, folder: Path) -> dict[str, Any]:
    """Django's settings for the database that DATABASE_URL names; SQLite in the folder without one.

    SQLite runs in WAL mode and takes the write lock at BEGIN: with several processes anything else ends in
    "database is locked" (measured).
    """
    url = env.str("DATABASE_URL", default=f"sqlite:///{folder / 'hospital_crm.sqlite3'}")
    scheme = url.partition("://")[0]
    if scheme not in DATABASE_SCHEMES or "://" not in url:
        raise ImproperlyConfigured("DATABASE_URL must look like postgres://user:password@host:5432/name.")
    try:
        parsed: dict[str, Any] = env.db_url_config(url)
    except (ValueError, ImproperlyConfigured) as error:
        # Without the parser's own words: they may quote a piece of the password.
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read: it must look like postgres://user:password@host:5432/name, "
            "with / # @ : and % in the password written as %2F %23 %40 %3A %25."
        ) from error
    if scheme == "sqlite":
        _require_folder_of(parsed["NAME"])
        return parsed | {
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            }
        }
    if not parsed.get("NAME"):
        raise ImproperlyConfigured("DATABASE_URL names no database: postgres://user:password@host:5432/name.")
    return parsed | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def _require_folder_of(name: str) -> None:
    folder = Path(name).parent
    if name != ":memory:" and not os.access(folder, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"DATABASE_URL: the folder {folder} is missing or not writable.")


def broker(env: environ.Env, folder: Path) -> tuple[str, dict[str, Any]]:
    """Celery's broker address and transport options: REDIS_URL, or files in the folder."""
    url = env.str("REDIS_URL", default="")
    if not url:
        return "files://localhost//", _file_broker(folder / "broker")
    if not _is_redis_address(url):
        raise ImproperlyConfigured("REDIS_URL must look like redis://host:6379/0.")
    # A web request never waits for a broker that is away.
    return url, {"socket_connect_timeout": 2, "socket_timeout": 5, "visibility_timeout": 3600}


def _is_redis_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port  # raises for what is no number
    except ValueError:
        return False
    number = parts.path.strip("/")
    readable = port != 0 and (not number or (number.isascii() and number.isdigit()))
    return parts.scheme in ("redis", "rediss") and bool(parts.hostname) and readable


def _file_broker(folder: Path) -> dict[str, Any]:
    for part in ("queue", "control"):
        writable_folder(folder / part)
    queue = str(folder / "queue")
    return {"data_folder_in": queue, "data_folder_out": queue, "control_folder": str(folder / "control")}


def logging(*, json_lines: bool) -> dict[str, Any]:
    """LOGGING for structlog: every line carries the id of its request or task, and tells nothing about a person."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        without_rows,
        structlog.processors.UnicodeDecoder(),
        without_people,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json_lines
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = {"()": structlog.stdlib.ProcessorFormatter, "processor": last, "foreign_pre_chain": shared}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "filters": {
            "quiet_refusals": {"()": "hospital_crm.lib.logs.QuietRefusals", "are_told": json_lines},
            "once_in_a_while": {"()": "hospital_crm.lib.logs.OnceInAWhile"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO" if json_lines else "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.request": {"filters": ["quiet_refusals"]},
            "celery.beat": {"filters": ["once_in_a_while"]},
            # 4xx answers are everyday life; 5xx come with their traceback from django.request.
            "django_structlog": {"level": "INFO" if json_lines else "ERROR"},
        },
    }
