"""Many promises at once, through the API: for whoever leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.access import Capability, actor_of, staff_of
from accounts.services.submissions import first_result, named
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.rooms import Room
from patients.api.segments import answer_act
from patients.models import Selection
from patients.serializers.segments import BulkActSerializer
from promises import serializers
from promises.models import Promise
from promises.services import reassigning, spreading
from promises.services.bulk import Owed, request_promises
from promises.services.keepers import sharers_of

if TYPE_CHECKING:
    from rest_framework.request import Request


class InBulk(Room):
    """The acts on all that are named, or on none."""

    @extend_schema(request=serializers.ReassignSerializer, responses=serializers.ReassignedSerializer)
    @action(detail=False, methods=["post"], needs=Capability.REASSIGN_IN_BULK)
    def reassign(self, request: Request) -> Response:
        """All of them to another owner, or none: for whoever leads."""
        values = self.typed(serializers.ReassignSerializer)
        rows = self._named(values.pop("promises"))
        done = reassigning.reassign_promises(promises=rows, **values, actor=actor_of(request), at=timezone.now())
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

    @extend_schema(request=serializers.ManySerializer, responses={200: BulkActSerializer, 201: BulkActSerializer})
    @action(detail=False, methods=["post"], needs=Capability.REASSIGN_IN_BULK)
    def many(self, request: Request) -> Response:
        """A job promises the same to each patient of a selection, by somebody of the departments that one leads."""
        values, staff = self.typed(serializers.ManySerializer), staff_of(request)
        selection = get_object_or_404(Selection.objects.visible_to(staff), pk=values.pop("selection"))
        submission = values.pop("submission")
        owed = Owed(**{**values, "kind": Promise.Kind(values["kind"])})
        return answer_act(
            lambda: request_promises(
                selection=selection, owed=owed, staff=staff, at=timezone.now(), submission=submission
            ),
            request,
        )

    @extend_schema(request=serializers.NamedSerializer, responses=serializers.SharerSerializer(many=True))
    @action(
        detail=False, methods=["post"], needs=Capability.REASSIGN_IN_BULK, pagination_class=None, filterset_class=None
    )
    def sharers(self, request: Request) -> Response:
        """Among whom these can be shared out: who is there today, least loaded first. Nothing is changed."""
        rows = self._named(self.typed(serializers.NamedSerializer)["promises"])
        sharers = sharers_of(rows, leader=staff_of(request), at=timezone.now())
        return Response(serializers.SharerSerializer(sharers, many=True).data)

    def _named(self, keys: list[int]) -> list[Promise]:
        """All of them, open and the caller's to reassign. Raises SomeAreGone."""
        leader = staff_of(self.request)
        rows = list(Promise.objects.reassignable_by(leader).filter(pk__in=keys).order_by("pk"))
        if (refused := reassigning.gone(keys, rows, leader=leader)) is not None:
            raise refused
        return rows
