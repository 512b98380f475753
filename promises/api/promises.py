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
from hospital_crm.lib.errors import DuplicateSubmission
from jobs.api import GivesFiles
from promises import serializers
from promises.filters import PromiseApiFilter
from promises.models import Promise
from promises.querysets.conditions import TARGETS
from promises.reports.why_then import why_then
from promises.serializers.exports import PromiseExportSerializer
from promises.services import closing, handing_over, ownership, releasing
from promises.services import promises as services
from promises.services.dialling import dialling_of
from promises.services.exports import PROMISES
from promises.services.keepers import successors_of, teams_of
from promises.services.organisations import promise_to_organisation
from promises.services.texts import as_read, texts_of

from .bulk import InBulk

if TYPE_CHECKING:
    from rest_framework.request import Request

    from promises.querysets.promises import PromiseQuerySet


class PromiseViewSet(GivesFiles, InBulk, ReadOnlyModelViewSet[Promise]):
    needs = Capability.SEE_PROMISES
    queryset = Promise.objects.none()
    serializer_class = serializers.PromiseSerializer
    filterset_class = PromiseApiFilter
    export_of = PROMISES
    export_serializer_class = PromiseExportSerializer
    ordering = ("due_at", "id")

    def get_queryset(self) -> PromiseQuerySet:
        reader, today = staff_of(self.request), timezone.localdate()
        is_read = self.action in ("retrieve", "events", "deadline")
        found = Promise.objects.readable_by(reader, today) if is_read else Promise.objects.visible_to(reader, today)
        return found.select_related("owner", "pending_owner", "department", *TARGETS)

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
        promise = self.get_object()
        audit.record_look(actor=actor_of(request), verb="promise.opened", subject=promise, at=timezone.now())
        rows = self.paginate_queryset(promise.events.select_related("actor__staff", "staff"))
        return self.get_paginated_response(serializers.PromiseEventSerializer(rows, many=True).data)

    @extend_schema(responses=serializers.WhyThenSerializer, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def deadline(self, request: Request, pk: str) -> Response:
        """Why it is due just then, of what is open: what lies between, by the calendar of the department."""
        promise = self.get_object()
        audit.record_look(actor=actor_of(request), verb="promise.opened", subject=promise, at=timezone.now())
        why = why_then(promise)
        if why is None:
            raise Http404
        return Response(serializers.WhyThenSerializer(why).data)

    @extend_schema(
        request=serializers.OrganisationPromiseSerializer,
        responses={200: serializers.PromiseSerializer, 201: serializers.PromiseSerializer},
    )
    @action(detail=False, methods=["post"], url_path="to-organisation", needs=Capability.SEE_ORGANISATIONS)
    def to_organisation(self, request: Request) -> Response:
        """Something is promised to an organisation; to people it is promised in calls."""
        values = self.typed(serializers.OrganisationPromiseSerializer)
        values |= {"owner": values["owner"] or staff_of(request), "kind": Promise.Kind(values["kind"])}
        try:
            promise = promise_to_organisation(**values, actor=actor_of(request), at=timezone.now())
        except DuplicateSubmission as duplicate:
            first = self.get_queryset().filter(pk=duplicate.subject_id).first()
            if first is None:
                raise
            return self.answer(first)
        return self.answer(promise, 201)

    @extend_schema(request=serializers.KeepSerializer)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, pk: str) -> Response:
        """What was promised is done. Of one about which somebody has written (`texts`) the `revision` that was read has
        to be told (409 `texts_unread`).
        """
        return self._act(closing.keep_promise, self.typed(serializers.KeepSerializer))

    @extend_schema(request=serializers.WithdrawSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """It is no longer owed. `revision` as in `keep`."""
        return self._act(closing.withdraw_promise, self.typed(serializers.WithdrawSerializer))

    @extend_schema(request=serializers.PostponeSerializer)
    @action(detail=True, methods=["post"])
    def postpone(self, request: Request, pk: str) -> Response:
        """It is due later."""
        return self._act(services.postpone_promise, self.typed(serializers.PostponeSerializer))

    @extend_schema(responses=serializers.SuccessorsSerializer, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def successors(self, request: Request, pk: str) -> Response:
        """Which colleagues can be asked to take it over, and to which teams the caller, who owes it, may give it."""
        promise, giver = self.get_object(), staff_of(request)
        others = successors_of(promise, giver)
        is_owed = Promise.objects.owed_by(giver, timezone.localdate()).filter(pk=promise.pk).exists()
        people = others.with_absence(timezone.localdate()).by_name()
        teams = teams_of(others) if is_owed else []
        return Response(serializers.SuccessorsSerializer({"people": people, "teams": teams}).data)

    @extend_schema(request=serializers.HandOverSerializer)
    @action(detail=True, methods=["post"], url_path="hand-over")
    def hand_over(self, request: Request, pk: str) -> Response:
        """A colleague is asked to take it over."""
        return self._act(handing_over.hand_over_promise, self.typed(serializers.HandOverSerializer))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> Response:
        """It is the caller's from now on."""
        return self._answer(ownership.take_promise)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """The caller takes over what was passed on."""
        return self._answer(handing_over.accept_promise)

    @extend_schema(request=serializers.DeclineSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """It stays with whoever has it."""
        return self._answer(handing_over.decline_promise, **self.typed(serializers.DeclineSerializer))

    @extend_schema(responses=serializers.NumberSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def numbers(self, request: Request, pk: str) -> Response:
        """In clear, for whoever owes it, with what speaks against ringing each. The look is on record with the promise
        as its purpose.
        """
        now, staff = timezone.now(), staff_of(request)
        held = Promise.objects.dialled_by(staff, timezone.localdate(now)).select_related(*TARGETS)
        promise = held.filter(pk=self.get_object().pk).first()
        if promise is None:
            raise Http404
        audit.record_look(actor=staff.actor, verb="promise.dialled", subject=promise, at=now)
        return Response(serializers.NumberSerializer(dialling_of(promise, at=now).each(), many=True).data)

    @extend_schema(responses=serializers.TextSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def texts(self, request: Request, pk: str) -> Response:
        """What somebody wrote to us, about which they are to be rung back; for whoever may act on it."""
        promise = self.get_object()
        audit.record_look(actor=actor_of(request), verb="promise.opened", subject=promise, at=timezone.now())
        return Response(serializers.TextSerializer(texts_of(promise), many=True).data)

    @extend_schema(request=serializers.ReleaseSerializer)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        """It is given back to a team, which owes it at once."""
        values = self.typed(serializers.ReleaseSerializer)
        promise = self.get_object()
        promise.revision = values.pop("revision")
        releasing.release_to_team(promise=promise, **values, staff=staff_of(request), at=timezone.now())
        return self.answer(promise)

    def _act(self, service: Any, values: dict[str, Any]) -> Response:
        promise = as_read(self.get_object(), values.pop("revision", None))
        service(promise=promise, **values, actor=actor_of(self.request), at=timezone.now())
        return self.answer(promise)

    def _answer(self, service: Any, **values: Any) -> Response:
        promise = self.get_object()
        service(promise=promise, staff=staff_of(self.request), at=timezone.now(), **values)
        return self.answer(promise)
