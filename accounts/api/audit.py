"""The audit through the API: to read, never to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.mixins import ListModelMixin
from rest_framework.viewsets import GenericViewSet

from accounts.access import Capability, staff_of
from accounts.filters import AuditFilter
from accounts.models import AuditEntry
from accounts.serializers import AuditEntrySerializer

if TYPE_CHECKING:
    from accounts.querysets.audit import AuditEntryQuerySet


class AuditViewSet(ListModelMixin, GenericViewSet[AuditEntry]):
    needs = Capability.SEE_AUDIT
    queryset = AuditEntry.objects.none()
    serializer_class = AuditEntrySerializer
    filterset_class = AuditFilter
    ordering = ("-at", "-id")

    def get_queryset(self) -> AuditEntryQuerySet:
        return AuditEntry.objects.visible_to(staff_of(self.request)).select_related("actor__staff")
