from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Protocol

from django.db import models
from django.utils.functional import Promise

from accounts.access import Capability
from accounts.models import Concerning, Staff
from patients.querysets import TimelineQuerySet

from .targets import Targeted

PARTS: dict[str, str | Promise] = {}  # of the story (patients.rules.story), as readers call them


class Teller(Protocol):
    """Tells lines of the patients' stories that are rows of its own app: nothing is written twice, so a line is true
    whatever becomes of the row. What it tells reads as a TimelineEntry does.
    """

    kind: str
    strand: int  # of one moment the higher comes first

    def numbers(self, patient: Any, reader: Staff) -> models.QuerySet[Any, Any]:
        """One row: the kind, and how many of its lines the reader may see; both may stand for any."""

    def lines(self, patient: int, reader: Staff, beyond: models.Q, ordering: tuple[str, ...]) -> Iterable[Any]:
        """As many as a page takes, those that the condition on `occurred_at` and `id` leaves."""


TELLERS: list[Teller] = []


class TimelineEntry(Concerning, Targeted):
    """One line of a story, of a person or an organisation: a kind and its parameters, worded when somebody reads it.

    `templates/<app>/timeline/<kind>.html` renders it; `needs` is the capability to see it.
    """

    strand: ClassVar[int] = 0  # others: Teller

    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    needs = models.CharField(max_length=40, choices=Capability.choices)
    occurred_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)  # what it tells was voided since; the line stays, crossed out
    actor = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    source_type = models.CharField(max_length=60, blank=True)  # what it is about: only a label and a key for links
    source_id = models.BigIntegerField(null=True)

    objects = TimelineQuerySet.as_manager()

    class Meta(Targeted.Meta):
        indexes = [
            models.Index(fields=["patient", "-occurred_at", "-id"], name="timeline_of_patient"),
            models.Index(fields=["contact", "-occurred_at", "-id"], name="timeline_of_contact"),
            models.Index(
                fields=["organisation", "-occurred_at", "-id"],
                name="timeline_of_organisation",
                condition=models.Q(organisation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def template_name(self) -> str:
        """Kind "patients.registered" is worded by patients/timeline/registered.html."""
        app, _, name = self.kind.partition(".")
        return f"{app}/timeline/{name}.html"
