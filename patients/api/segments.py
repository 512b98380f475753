"""Many patients at once, through the API: chosen, then acted on by a job."""

from contextlib import suppress
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.errors import DuplicateSubmission
from hospital_crm.lib.paging import capped_count
from hospital_crm.lib.rooms import CreatesOnce, Room
from patients.models import BulkAct, Patient, PatientTag, Selection
from patients.querysets.bulk import BulkActQuerySet, SelectionQuerySet
from patients.serializers import segments as serializers
from patients.services.bulk_departments import request_assignment
from patients.services.bulk_tags import request_tags
from patients.services.looks import record_question
from patients.services.selections import choose_patients, people_of
from patients.services.tags import tag_patient, untag_patient

TAGS = serializers.PatientTagSerializer(many=True)


class TagsOfPatient(Room):
    """For the viewset of patients."""

    @extend_schema(responses=TAGS, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def tags(self, request: Request, pk: str) -> Response:
        """Which tags are on the patient."""
        return _tags(self.get_object())

    @extend_schema(request=serializers.TagsSerializer, responses=TAGS)
    @tags.mapping.post
    def tag(self, request: Request, pk: str) -> Response:
        """These too, from now on; one that is there already is left as it is."""
        patient, values = self.get_object(), self.typed(serializers.TagsSerializer)
        with suppress(DuplicateSubmission):  # what the first one did stands in the answer
            tag_patient(patient=patient, **values, actor=actor_of(request), at=timezone.now())
        return _tags(patient)

    @extend_schema(request=serializers.TagsSerializer, responses=TAGS)
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def untag(self, request: Request, pk: str) -> Response:
        """These no longer."""
        patient, values = self.get_object(), self.typed(serializers.TagsSerializer)
        with suppress(DuplicateSubmission):
            untag_patient(patient=patient, **values, actor=actor_of(request), at=timezone.now())
        return _tags(patient)


class SelectionViewSet(CreatesOnce, ReadOnlyModelViewSet[Selection]):
    """Patients chosen for an act: by their keys, or by the filters of the list."""

    needs = Capability.REASSIGN_IN_BULK
    queryset = Selection.objects.none()
    serializer_class = serializers.SelectionSerializer
    create_serializer_class = serializers.SelectionCreateSerializer
    filterset_class = None
    ordering = ("-id",)

    def get_queryset(self) -> SelectionQuerySet:
        return Selection.objects.visible_to(staff_of(self.request))

    @extend_schema(request=serializers.SelectionCreateSerializer, responses={201: serializers.SelectionSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> Selection:
        keys, staff, now = values.get("patients"), staff_of(self.request), timezone.now()
        wanted = None if keys is not None else values["filter"]
        if wanted is not None:
            record_question(wanted["q"], actor=staff.actor, at=now)
        return choose_patients(staff=staff, keys=keys or (), wanted=wanted, at=now, submission=values["submission"])

    @extend_schema(responses=serializers.ChosenSerializer)
    @action(detail=True)
    def count(self, request: Request, pk: str) -> Response:
        """How many they are now."""
        people = people_of(self.get_object(), staff_of(request))
        return Response({"count": capped_count(people)})

    @extend_schema(
        request=serializers.BulkTagsSerializer,
        responses={200: serializers.BulkActSerializer, 201: serializers.BulkActSerializer},
    )
    @action(detail=True, methods=["post"])
    def tags(self, request: Request, pk: str) -> Response:
        """A job puts these tags on each of them, and takes those off."""
        selection, values = self.get_object(), self.typed(serializers.BulkTagsSerializer)
        staff = staff_of(request)
        return answer_act(lambda: request_tags(selection=selection, **values, staff=staff, at=timezone.now()), request)

    @extend_schema(
        request=serializers.BulkDepartmentSerializer,
        responses={200: serializers.BulkActSerializer, 201: serializers.BulkActSerializer},
    )
    @action(detail=True, methods=["post"])
    def department(self, request: Request, pk: str) -> Response:
        """A job makes it the department of each of them."""
        selection, values = self.get_object(), self.typed(serializers.BulkDepartmentSerializer)
        staff = staff_of(request)
        return answer_act(
            lambda: request_assignment(selection=selection, **values, staff=staff, at=timezone.now()), request
        )


class BulkActViewSet(Room, ReadOnlyModelViewSet[BulkAct]):
    """What was done for many: how far it is, and whom it left out."""

    needs = Capability.REASSIGN_IN_BULK
    queryset = BulkAct.objects.none()
    serializer_class = serializers.BulkActSerializer
    filterset_class = None
    ordering = ("-id",)

    def get_queryset(self) -> BulkActQuerySet:
        return BulkAct.objects.visible_to(staff_of(self.request)).with_card()

    @extend_schema(responses=serializers.BulkRefusalSerializer(many=True), filters=False)
    @action(detail=True, ordering=("id",))
    def refusals(self, request: Request, pk: str) -> Response:
        """For whom it was refused, and why: those whom one may see."""
        seen = Patient.objects.visible_to(staff_of(request))
        rows = self.paginate_queryset(self.get_object().refusals.filter(patient__in=seen))
        return self.get_paginated_response(serializers.BulkRefusalSerializer(rows, many=True).data)


def answer_act(ask: Any, request: Request) -> Response:
    """The act that was asked for: a new one, or the one that the same request has asked for before."""
    code = 201
    try:
        act = ask()
    except DuplicateSubmission as duplicate:
        mine = BulkAct.objects.visible_to(staff_of(request)).with_card()
        if (act := mine.filter(pk=duplicate.subject_id).first()) is None:
            raise
        code = 200
    return Response(serializers.BulkActSerializer(act).data, status=code)


def _tags(patient: Patient) -> Response:
    rows = PatientTag.objects.filter(patient=patient)  # as they are now
    return Response(serializers.PatientTagSerializer(rows, many=True).data)
