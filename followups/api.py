"""Tries to reach somebody, through the API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Capability, actor_of, staff_of
from followups import serializers
from followups.models import Attempt
from followups.services.attempts import record_attempt
from followups.services.numbers import Unsaid
from hospital_crm.lib.filters import KeyFilter
from hospital_crm.lib.rooms import CreatesOnce
from promises.models import Promise
from promises.services.texts import as_read


class AttemptFilter(django_filters.FilterSet):
    promise = KeyFilter("promise")

    class Meta:
        model = Attempt
        fields = ()


class AttemptViewSet(CreatesOnce, ReadOnlyModelViewSet[Attempt]):
    needs = Capability.SEE_PROMISES
    queryset = Attempt.objects.none()
    serializer_class = serializers.AttemptSerializer
    create_serializer_class = serializers.AttemptCreateSerializer
    filterset_class = AttemptFilter
    ordering = ("-attempted_at", "-id")

    def get_queryset(self) -> Any:
        promises = Promise.objects.visible_to(staff_of(self.request), timezone.localdate())
        return Attempt.objects.filter(promise__in=promises).select_related("by__staff")

    @extend_schema(request=serializers.AttemptCreateSerializer, responses={201: serializers.AttemptSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How it ended keeps the promise, plans the next try, or closes it with the reason.

        What it says of the number that was rung is known from then on: send `phone` where several can be dialled.
        """
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> Attempt:
        if values["outcome"] in (Attempt.Outcome.REACHED, Attempt.Outcome.REFUSED):
            as_read(values["promise"], values["revision"])
        number = {"phone": Unsaid.UNSAID, **values}
        return record_attempt(**number, actor=actor_of(self.request), at=timezone.now())
