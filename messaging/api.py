"""The outbox and the bell through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.rooms import Room
from messaging import serializers
from messaging.filters import MessageFilter
from messaging.models import Message
from messaging.services import settling
from messaging.services.notes import read_notes
from patients.services.looks import record_question

if TYPE_CHECKING:
    from rest_framework.request import Request

    from messaging.querysets import MessageQuerySet


class MessageViewSet(Room, ReadOnlyModelViewSet[Message]):
    """The outbox: what was said or is to be said, and what somebody must decide about it."""

    needs = Capability.SETTLE_OUTBOX
    queryset = Message.objects.none()
    serializer_class = serializers.MessageSerializer
    filterset_class = MessageFilter

    def get_queryset(self) -> MessageQuerySet:
        return Message.objects.visible_to(staff_of(self.request)).select_related("staff")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        record_question(request.query_params.get("q", ""), actor=actor_of(request), at=timezone.now())
        return super().list(request, *args, **kwargs)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """A failed one waits for its turn again."""
        return self._act(settling.retry_message)

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
