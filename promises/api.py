"""Promises through the API: the pages' own filter, scope and services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import audit
from accounts.access import Capability, actor_of, staff_of
from accounts.services.submissions import first_result, named
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.rooms import ReasonSerializer, Room
from promises import serializers
from promises.filters import PromiseFilter
from promises.models import Promise
from promises.services import ownership, releasing, spreading
from promises.services import promises as services

if TYPE_CHECKING:
    from rest_framework.request import Request

    from promises.querysets import PromiseQuerySet


class PromiseViewSet(Room, ReadOnlyModelViewSet[Promise]):
    needs = Capability.SEE_PROMISES
    queryset = Promise.objects.none()
    serializer_class = serializers.PromiseSerializer
    filterset_class = PromiseFilter
    ordering = ("due_at", "id")

    def get_queryset(self) -> PromiseQuerySet:
        reader, today = staff_of(self.request), timezone.localdate()
        is_read = self.action in ("retrieve", "events")
        found = Promise.objects.readable_by(reader, today) if is_read else Promise.objects.visible_to(reader, today)
        return found.select_related("owner", "pending_owner")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        promise = self.get_object()
        audit.record_look(actor=actor_of(request), verb="promise.opened", subject=promise, at=timezone.now())
        return Response(self.get_serializer(promise).data)

    @extend_schema(responses=serializers.PromiseSerializer(many=True), filters=False)
    @action(detail=False, filterset_class=None)
    def desk(self, request: Request) -> Response:
        """What the caller owes today, also for whom they stand in, and what was passed on to them."""
        mine = self.get_queryset().on_desk_of(staff_of(request), timezone.localdate()).open()
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(mine), many=True).data)

    @extend_schema(responses=serializers.PromiseEventSerializer(many=True), filters=False)
    @action(detail=True, ordering=("-happened_at", "-id"), filterset_class=None)
    def events(self, request: Request, pk: str) -> Response:
        """What happened to it, newest first."""
        rows = self.paginate_queryset(self.get_object().events.select_related("actor__staff", "staff"))
        return self.get_paginated_response(serializers.PromiseEventSerializer(rows, many=True).data)

    @extend_schema(request=serializers.KeepSerializer)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, pk: str) -> Response:
        """What was promised is done."""
        return self._act(services.keep_promise, self.typed(serializers.KeepSerializer))

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """It is no longer owed."""
        return self._act(services.withdraw_promise, self.typed(ReasonSerializer))

    @extend_schema(request=serializers.PostponeSerializer)
    @action(detail=True, methods=["post"])
    def postpone(self, request: Request, pk: str) -> Response:
        """It is due later."""
        return self._act(services.postpone_promise, self.typed(serializers.PostponeSerializer))

    @extend_schema(request=serializers.HandOverSerializer)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: str) -> Response:
        """A colleague is asked to take it over."""
        return self._act(ownership.hand_over_promise, self.typed(serializers.HandOverSerializer))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> Response:
        """It is the caller's from now on."""
        return self._answer(ownership.take_promise)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """The caller takes over what was passed on."""
        return self._answer(ownership.accept_promise)

    @extend_schema(request=serializers.DeclineSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """It stays with whoever has it."""
        return self._answer(ownership.decline_promise, **self.typed(serializers.DeclineSerializer))

    @extend_schema(responses=serializers.NumberSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def numbers(self, request: Request, pk: str) -> Response:
        """In clear, for whoever owes it; the look is on record with the promise as its purpose."""
        now, staff = timezone.now(), staff_of(request)
        held = Promise.objects.dialled_by(staff, timezone.localdate(now)).select_related("patient", "contact")
        promise = held.filter(pk=self.get_object().pk).first()
        if promise is None:
            raise Http404
        audit.record_look(actor=staff.actor, verb="promise.dialled", subject=promise, at=now)
        phones = promise.patient.phones.primary_first() if promise.patient is not None else [promise.contact]
        return Response(serializers.NumberSerializer(phones, many=True).data)

    @extend_schema(request=serializers.ReassignSerializer, responses=serializers.ReassignedSerializer)
    @action(detail=False, methods=["post"], needs=Capability.REASSIGN_IN_BULK)
    def reassign(self, request: Request) -> Response:
        """All of them to another owner, or none: for whoever leads."""
        values = self.typed(serializers.ReassignSerializer)
        rows = self._named(values.pop("promises"))
        done = ownership.reassign_promises(promises=rows, **values, actor=actor_of(request), at=timezone.now())
        return Response({"reassigned": done})

    @extend_schema(request=serializers.SpreadSerializer, responses=serializers.ReassignedSerializer)
    @action(detail=False, methods=["post"], needs=Capability.REASSIGN_IN_BULK)
    def spread(self, request: Request) -> Response:
        """Each goes to whoever of the colleagues has least open, or none is moved."""
        values = self.typed(serializers.SpreadSerializer)
        keys, actor = sorted(set(values.pop("promises"))), actor_of(request)
        sent = keys, sorted(staff.pk for staff in values["among"]), values["reason"]
        values["submission"] = named(values["submission"], actor, spreading.SPREAD, *sent)
        try:
            rows = self._named(keys)
            spreading.spread_once(promises=rows, **values, actor=actor, at=timezone.now())
        except DomainError:  # what the first sending has done is in the way of the second
            if first_result(str(values["submission"]), spreading.SPREAD) is None:
                raise
        return Response({"reassigned": len(keys)})

    @extend_schema(request=serializers.ReleaseSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        """It is given back to a team, which owes it at once."""
        values = self.typed(serializers.ReleaseSerializer)
        promise = self.get_object()
        promise.revision = values.pop("revision")
        releasing.release_to_team(promise=promise, **values, staff=staff_of(request), at=timezone.now())
        return self.answer(promise)

    def _named(self, keys: list[int]) -> list[Promise]:
        """All of them, open and the caller's to reassign. Raises SomeAreGone."""
        leader = staff_of(self.request)
        rows = list(Promise.objects.reassignable_by(leader).filter(pk__in=keys).order_by("pk"))
        if (refused := ownership.gone(keys, rows, leader=leader)) is not None:
            raise refused
        return rows

    def _act(self, service: Any, values: dict[str, Any]) -> Response:
        promise = self.get_object()
        promise.revision = values.pop("revision", promise.revision)
        service(promise=promise, **values, actor=actor_of(self.request), at=timezone.now())
        return self.answer(promise)

    def _answer(self, service: Any, **values: Any) -> Response:
        promise = self.get_object()
        service(promise=promise, staff=staff_of(self.request), at=timezone.now(), **values)
        return self.answer(promise)
