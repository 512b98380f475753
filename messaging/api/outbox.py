"""The outbox and the bell through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.rooms import Room
from jobs.api import GivesFiles
from messaging import serializers
from messaging.filters import MessageFilter, OptOutFilter
from messaging.models import Message, OptOut
from messaging.serializers.exports import MessageExportSerializer, OptOutExportSerializer
from messaging.services import settling
from messaging.services.exports import MESSAGES
from messaging.services.notes import read_notes
from messaging.services.opt_out_exports import OPT_OUTS, request_opt_outs
from messaging.services.opt_outs import lift_opt_out, opt_out
from patients.models import Patient
from patients.services.looks import record_question

if TYPE_CHECKING:
    from rest_framework.request import Request

    from jobs.models import Job
    from messaging.querysets import MessageQuerySet, OptOutQuerySet


class MessageViewSet(GivesFiles, ReadOnlyModelViewSet[Message]):
    """The outbox: what was said or is to be said, and what somebody must decide about it."""

    needs = Capability.SETTLE_OUTBOX
    queryset = Message.objects.none()
    serializer_class = serializers.MessageSerializer
    filterset_class = MessageFilter
    export_of = MESSAGES
    export_serializer_class = MessageExportSerializer

    def get_queryset(self) -> MessageQuerySet:
        return Message.objects.visible_to(staff_of(self.request)).select_related("staff", "settled_by__staff")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        record_question(request.query_params.get("q", ""), actor=actor_of(request), at=timezone.now())
        return super().list(request, *args, **kwargs)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """A failed one, or one withheld for want of a set-up or a certificate, waits for its turn again; before it
        goes, consent, opt-outs, holds and hours are asked again.
        """
        return self._act(settling.retry_message)

    @extend_schema(
        operation_id="messages_retry_many",
        request=serializers.RetryManySerializer,
        responses=serializers.RetriedSerializer,
    )
    @action(detail=False, methods=["post"], url_path="retry", filterset_class=None)
    def retry_many(self, request: Request) -> Response:
        """The same of several; sent again, nothing goes twice."""
        chosen = self.get_queryset().filter(pk__in=self.typed(serializers.RetryManySerializer)["messages"])
        done = settling.retry_messages(messages=chosen, actor=actor_of(request), at=timezone.now())
        return Response(done._asdict())

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """It is not sent."""
        return self._act(settling.cancel_message)

    @extend_schema(request=serializers.SettleSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:
        """Nobody knew whether it had arrived; now somebody says it."""
        outcome = settling.Outcome(self.typed(serializers.SettleSerializer)["outcome"])
        return self._act(settling.settle_message, outcome=outcome)

    def _act(self, service: Any, **values: Any) -> Response:
        message = self.get_object()
        service(message=message, actor=actor_of(self.request), at=timezone.now(), **values)
        return self.answer(message)


class NoteViewSet(Room, ListModelMixin, GenericViewSet[Message]):
    """The bell: what one was told in the app, newest first."""

    needs = Capability.USE_OWN_ACCOUNT
    queryset = Message.objects.none()
    serializer_class = serializers.NoteSerializer
    filterset_class = None
    ordering = ("-settled_at", "-pk")

    def get_queryset(self) -> MessageQuerySet:
        return Message.objects.notes_of(staff_of(self.request))

    @extend_schema(request=serializers.ReadSerializer, responses=serializers.ReadAnswerSerializer)
    @action(detail=False, methods=["post"])
    def read(self, request: Request) -> Response:
        """These notes were seen."""
        keys = self.typed(serializers.ReadSerializer)["notes"]
        shown = list(self.get_queryset().filter(pk__in=keys))
        return Response({"read": read_notes(staff=staff_of(request), shown=shown, at=timezone.now())})


class OptOutViewSet(GivesFiles, ReadOnlyModelViewSet[OptOut]):
    """Who wants no more messages of some classes: at a number, whoever uses it, or of one patient."""

    needs = Capability.FIND_PEOPLE
    queryset = OptOut.objects.none()
    serializer_class = serializers.OptOutSerializer
    filterset_class = OptOutFilter
    export_of = OPT_OUTS
    export_serializer_class = OptOutExportSerializer

    def get_queryset(self) -> OptOutQuerySet:
        return OptOut.objects.visible_to(staff_of(self.request))

    @extend_schema(
        request=serializers.NewOptOutSerializer,
        responses={200: serializers.OptOutSerializer, 201: serializers.OptOutSerializer},
    )
    def create(self, request: Request) -> Response:
        """The person told a colleague; it counts at once. Said twice it stands there once, and answers 200."""
        values, way = self.typed(serializers.NewOptOutSerializer), OptOut.Way.COLLEAGUE
        row, is_new = opt_out(**values, way=way, actor=actor_of(request), at=timezone.now())
        return self.answer(row, 201 if is_new else 200)

    def ask_for_file(self, told: dict[str, Any], **order: Any) -> Job:
        """Of one patient; a look at the patient."""
        mine = Patient.objects.exportable_by(order["staff"])
        return request_opt_outs(patient=get_object_or_404(mine.known_as(told["patient"])), **order)

    @extend_schema(request=serializers.LiftSerializer)
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: str) -> Response:
        """The person wants such messages again; the reason says how that is known."""
        row, reason = self.get_object(), self.typed(serializers.LiftSerializer)["reason"]
        return self.answer(lift_opt_out(opt_out=row, reason=reason, actor=actor_of(request), at=timezone.now()))
