"""Is it alive, is it ready: for load balancers and alarms."""

from collections.abc import Callable
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import public
from jobs.models import WorkerBeat

OLDEST_BEAT = timedelta(seconds=30)
BROKER_SECONDS = 1  # for each of two tries: a broker that hangs must not make the probe hang


@require_safe
@never_cache
@public("a load balancer has no account; says nothing but that the process answers")
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
@public("a load balancer has no account; says which part is missing, nothing about data")
def readyz(request: HttpRequest) -> JsonResponse:
    """Each part is "ok" or says what is wrong; 200 only if all are."""
    parts = {"database": _said(_database), "migrations": _said(_migrations), "broker": _said(_broker)}
    parts |= {f"beat_{queue}": _said(_beat, queue) for queue in settings.QUEUES}
    ready = all(part == "ok" for part in parts.values())
    return JsonResponse({"status": "ok" if ready else "not ready", **parts}, status=200 if ready else 503)


def _said(check: Callable[..., str], *args: str) -> str:
    try:
        return check(*args)
    except Exception as error:
        return type(error).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} to run" if waiting else "ok"


def _broker() -> str:
    with current_app.connection_for_write() as link:
        short = {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS}
        link.transport_options = (link.transport_options or {}) | short
        link.ensure_connection(max_retries=1, interval_start=0, timeout=2 * BROKER_SECONDS)
    return "ok"


def _beat(queue: str) -> str:
    last = WorkerBeat.objects.filter(queue=queue).values_list("beaten_at", flat=True).first()
    if last is None:
        return "never"
    age = timezone.now() - last
    return "ok" if age <= OLDEST_BEAT else f"{int(age.total_seconds())} s ago"
