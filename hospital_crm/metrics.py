"""Numbers for alarms, read when Prometheus asks: what waits, since when, what is in doubt. docs/operations.md."""

import os
from collections.abc import Iterator
from datetime import datetime
from math import inf
from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.middleware import PrometheusAfterMiddleware
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Metric, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from accounts.access import public
from jobs.models import Job, WorkerBeat
from messaging.models import Message
from promises.models import Promise


@require_safe
@never_cache
@public("Prometheus has no account: it shows the token of the settings, and reads numbers without a name")
def metrics(request: HttpRequest) -> HttpResponse:
    """Raises Http404 without the right token, and where none is set: then there are no metrics."""
    shown, wanted = request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"
    if not settings.METRICS_TOKEN or not constant_time_compare(shown, wanted):
        raise Http404("metrics")
    waiting = CollectorRegistry(auto_describe=False)
    waiting.register(Waiting())
    return HttpResponse(generate_latest(_requests()) + generate_latest(waiting), content_type=CONTENT_TYPE_LATEST)


class AnswersMiddleware(PrometheusAfterMiddleware):
    """Counts answers by status, page and time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # From nought on: a line that begins with its first fault shows no increase.
        self.metrics.responses_by_status.labels(status="500")


class Waiting(Collector):
    """What the workers have before them."""

    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        due = Message.objects.due(now).aggregate(number=Count("pk"), since=Min("due_at"))
        yield _gauge("crm_messages_due", "Messages whose time has come and that no worker has taken", due["number"])
        yield _gauge("crm_messages_oldest_due_seconds", "Since when the oldest is due", _age(due["since"], now))
        unknown = Message.objects.filter(state=Message.State.UNKNOWN).count()
        yield _gauge("crm_messages_unknown", "Messages of which nobody knows whether they arrived", unknown)
        jobs = Job.objects.filter(state=Job.State.QUEUED).aggregate(number=Count("pk"), since=Min("requested_at"))
        yield _gauge("crm_jobs_queued", "Exports and the like that wait for a worker", jobs["number"])
        yield _gauge("crm_jobs_oldest_queued_seconds", "Since when the oldest waits", _age(jobs["since"], now))
        late = Promise.objects.late(now).count()
        yield _gauge("crm_promises_late", "Open promises whose time has passed", late)
        yield _beats(now)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _beats(now: datetime) -> Metric:
    """One line for every worker that must be there: what never ran is not silent, its age is endless."""
    beats = GaugeMetricFamily("crm_beat_age_seconds", "Since the worker's last sign of life", labels=["queue"])
    beaten = dict(WorkerBeat.objects.values_list("queue", "beaten_at"))
    for queue in settings.QUEUES:
        beats.add_metric([queue], _age(beaten[queue], now) if queue in beaten else inf)
    return beats


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0


def _requests() -> CollectorRegistry:
    """What the web has answered: of all its workers where they share a folder, else of this one."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
