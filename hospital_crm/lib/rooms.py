"""What the viewsets of the API have in common: they parse, call one service, and answer with the row as it is now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from .errors import DuplicateSubmission
from .serializer_fields import SubmissionField

if TYPE_CHECKING:
    from rest_framework.viewsets import GenericViewSet

    Base = GenericViewSet[Any]
else:
    Base = object

SENT_AGAIN = timedelta(days=1)  # as long a program may ask what became of its request, whatever became of its sight


class CreateSerializer(serializers.Serializer[Any]):
    """Carries a submission id: the same request sent twice creates one row, and is answered with the first one."""

    submission = SubmissionField(required=False, default=None, help_text="Chosen by the client, once a row.")


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class Room(Base):
    """For viewsets whose acts call services."""

    def get_serializer_context(self) -> dict[str, Any]:
        """With whoever asks, whose scope bounds what may be named; nobody asks while the schema is made."""
        context: dict[str, Any] = dict(super().get_serializer_context())
        return context if getattr(self, "swagger_fake_view", False) else {**context, "staff": self.request.user}

    def typed(self, serializer_class: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """What was sent, in shape. Raises ValidationError."""
        sent = serializer_class(data=self.request.data, context=self.get_serializer_context())
        sent.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(sent.validated_data)
        return values

    def changed(self, serializer_class: type[serializers.Serializer[Any]], row: Model) -> dict[str, Any]:
        """What was sent to change the row; what was left out stays. Raises ValidationError."""
        context = self.get_serializer_context()
        sent = serializer_class(row, data=self.request.data, partial=True, context=context)
        sent.is_valid(raise_exception=True)
        if "version" not in sent.validated_data:
            raise ValidationError({"version": [_("Send the version that you have read.")]})
        return dict(sent.validated_data)

    def answer(self, row: Model, code: int = status.HTTP_200_OK) -> Response:
        """The row as it stands now, also where the act has moved it out of the caller's sight."""
        return Response(self.get_serializer(self.seen(row) or row).data, status=code)

    def seen(self, row: Model) -> Model | None:
        """The row as the caller sees it; None where it is out of sight."""
        found: Model | None = self.get_queryset().filter(pk=row.pk).first()
        return found


class CreatesOnce(Room):
    """`create_serializer_class` says what is sent, `make` calls the service."""

    create_serializer_class: type[serializers.Serializer[Any]]

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            row = self.make(self.typed(self.create_serializer_class))
        except (ValidationError, DuplicateSubmission):
            if (first := self._made_before()) is None:  # or the id was used for something else
                raise
            return self.answer(first)
        except IntegrityError:
            self.typed(self.create_serializer_class)  # somebody took the name a moment ago: now it is seen
            raise
        return Response(self.get_serializer(self.made(row)).data, status=status.HTTP_201_CREATED)

    def made(self, row: Model) -> Model:
        """What was just made, as the caller sees it."""
        return self.seen(row) or row

    def _made_before(self) -> Model | None:
        """What the same request has made already: to the second sending the name is taken, by the first.

        Whoever made it is answered for a while also where the row lies out of sight, as the first time.
        """
        sent = self.request.data.get("submission") if isinstance(self.request.data, dict) else None
        try:
            key = UUID(str(sent))
        except ValueError:
            return None
        seen = self.get_queryset()
        submissions: Any = apps.get_model("accounts", "Submission")._default_manager
        made, maker = submissions.made(seen.model._meta.label).filter(key=key), cast("Any", self.request.user).actor
        mine = made.sent_by(maker, timezone.now() - SENT_AGAIN)
        row: Model | None = seen.filter(pk__in=made.values("subject_id")).first()
        return row or seen.model._default_manager.filter(pk__in=mine.values("subject_id")).first()

    def make(self, values: dict[str, Any]) -> Model:
        raise NotImplementedError
