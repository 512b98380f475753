"""People who may be one, and merges, through the API: the pages' own services."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import audit
from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.errors import DuplicateSubmission
from hospital_crm.lib.rooms import Room
from jobs.api import GivesFiles
from patients.filters import PairFilter
from patients.models import DuplicatePair, Merge
from patients.querysets.duplicates import MergeQuerySet, PairQuerySet
from patients.serializers import duplicates as serializers
from patients.serializers.exports import PairExportSerializer
from patients.services import duplicates as services
from patients.services.exports import PAIRS
from patients.services.merges import merge_patients
from patients.services.unmerging import undo_merge


class DuplicateViewSet(GivesFiles, ReadOnlyModelViewSet[DuplicatePair]):
    """Pairs that look like one person, the likest first."""

    needs = Capability.MERGE_PATIENTS
    queryset = DuplicatePair.objects.none()
    serializer_class = serializers.DuplicatePairSerializer
    filterset_class = PairFilter
    export_of = PAIRS
    export_serializer_class = PairExportSerializer
    ordering = ("-score", "-id")

    def get_queryset(self) -> PairQuerySet:
        return DuplicatePair.objects.visible_to(staff_of(self.request)).with_people()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        pair = self.get_object()
        for patient in (pair.older, pair.newer):
            audit.record_look(actor=actor_of(request), verb="patient.opened", subject=patient, at=timezone.now())
        return Response(self.get_serializer(pair).data)

    @extend_schema(
        request=serializers.NewPairSerializer,
        responses={200: serializers.DuplicatePairSerializer},
    )
    def create(self, request: Request) -> Response:
        """The pair of any two, to be looked at side by side; the same one however often it is asked for."""
        values = self.typed(serializers.NewPairSerializer)
        return self.answer(services.pair_up(one=values["one"], other=values["other"], at=timezone.now()))

    @extend_schema(request=serializers.VerdictSerializer)
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Two people, family or not; `open` takes that back."""
        pair = self.get_object()
        verdict = DuplicatePair.State(self.typed(serializers.VerdictSerializer)["verdict"])
        actor, at = actor_of(request), timezone.now()
        if verdict == DuplicatePair.State.OPEN:
            return self.answer(services.reopen_pair(pair=pair, actor=actor, at=at))
        return self.answer(services.decide_pair(pair=pair, verdict=verdict, actor=actor, at=at))

    @extend_schema(
        request=serializers.NewMergeSerializer,
        responses={200: serializers.MergeSerializer, 201: serializers.MergeSerializer},
    )
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """All that was about the other is about the record that `stays`, whose own id goes on."""
        pair = self.get_object()
        values = self.typed(serializers.NewMergeSerializer)
        older_stays = values.pop("stays") == "older"
        survivor, merged = (pair.older, pair.newer) if older_stays else (pair.newer, pair.older)
        code = 201
        try:
            merge = merge_patients(
                survivor=survivor, merged=merged, **values, actor=actor_of(request), at=timezone.now()
            )
        except DuplicateSubmission as duplicate:
            merge, code = Merge.objects.get(pk=duplicate.subject_id), 200
        return Response(serializers.MergeSerializer(merge).data, status=code)


class MergeViewSet(Room, ReadOnlyModelViewSet[Merge]):
    """What was merged, the latest first; `undo` takes one back."""

    needs = Capability.FIND_PEOPLE
    queryset = Merge.objects.none()
    serializer_class = serializers.MergeSerializer
    ordering = ("-id",)

    def get_queryset(self) -> MergeQuerySet:
        return Merge.objects.visible_to(staff_of(self.request))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], needs=Capability.UNDO_MERGES)
    def undo(self, request: Request, pk: str) -> Response:
        """Two records again; `stayed` names the fields that were changed since and stay with the survivor."""
        return self.answer(undo_merge(merge=self.get_object(), actor=actor_of(request), at=timezone.now()))
