"""People through the API: the pages' own filter, scope and services."""

from collections.abc import Mapping
from typing import Any, cast

from django.db.models import BigIntegerField, Model
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import audit
from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.errors import DuplicateSubmission, StaleVersion
from hospital_crm.lib.filters import OnlyWhatIsAsked
from hospital_crm.lib.keys import read_key
from hospital_crm.lib.paging import KeysetPages, answer_of
from hospital_crm.lib.prepared import Gap, Prepared, hold
from hospital_crm.lib.rooms import CreatesOnce
from jobs.api import GivesFiles
from jobs.models import Job
from jobs.services.exports import request_export
from patients import serializers
from patients.filters import BY_LEVEL, NEWEST, PatientFilter, StoryFilter
from patients.models import Patient, Reveal, Selection, TimelineEntry
from patients.querysets import PatientQuerySet
from patients.reports.columns import COLUMNS
from patients.reports.people import PeopleFound
from patients.reports.story import strands_of
from patients.serializers.exports import PatientExportSerializer
from patients.serializers.visits import DayQuerySerializer, day_of
from patients.services import patients as services
from patients.services import phones as phone_services
from patients.services.addresses import reveal_address, reveal_email
from patients.services.desk import register_at_desk
from patients.services.exports import PEOPLE
from patients.services.guardians import GUARDIAN_UNKNOWN, GuardianIsMissing
from patients.services.identifiers import add_identifier
from patients.services.levels import sees_levels
from patients.services.looks import record_question

from .consents import ConsentsOfPatient
from .segments import TagsOfPatient

LISTS = ("list", "without_visit")
_seen = Prepared[Patient]()


class PatientViewSet(ConsentsOfPatient, TagsOfPatient, GivesFiles, CreatesOnce, ReadOnlyModelViewSet[Patient]):
    needs = Capability.FIND_PEOPLE
    queryset = Patient.objects.none()
    serializer_class = serializers.PatientSerializer
    create_serializer_class = serializers.PatientCreateSerializer
    filter_backends = (OnlyWhatIsAsked,)
    filterset_class = PatientFilter
    export_of = PEOPLE
    export_serializer_class = PatientExportSerializer
    ordering: tuple[str, ...] = NEWEST

    def get_queryset(self) -> PatientQuerySet:
        people = Patient.objects.visible_to(staff_of(self.request)).prefetch_related("phones")
        return people if self.action in LISTS else people.prefetch_related("tags")

    def get_serializer_class(self) -> Any:
        return serializers.PatientRowSerializer if self.action in LISTS else super().get_serializer_class()

    def seen(self, row: Model) -> Patient | None:
        kind = (staff_of(self.request).rights, timezone.localdate())
        found = _seen.rows(kind, lambda: self.get_queryset().filter(pk=Gap("key", BigIntegerField())), {"key": row.pk})
        return found[0] if found else None

    def get_serializer_context(self) -> dict[str, Any]:
        """With whether whoever asks is told of service levels; nobody asks while the schema is made."""
        context = super().get_serializer_context()
        return {**context, "sees_levels": "staff" in context and sees_levels(context["staff"])}

    def get_object(self) -> Patient:
        """Whoever has the key, or into whom its holder was merged: the answer tells the survivor's own."""
        return get_object_or_404(self.get_queryset().known_as(read_key(str(self.kwargs["pk"]))))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        record_question(request.query_params.get("q", ""), actor=actor_of(request), at=timezone.now())
        staff, path = staff_of(request), request.build_absolute_uri(request.path)
        told = OnlyWhatIsAsked().told(request, self)
        people = PeopleFound(told, staff=staff, today=timezone.localdate())
        ordering = BY_LEVEL if told.get("sort") == "level" else NEWEST
        page = people.page(request, columns=[COLUMNS["phone"]], ordering=ordering, path=path)
        return answer_of(page, self.get_serializer(page.rows, many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        patient = self.get_object()
        audit.record_look(actor=actor_of(request), verb="patient.opened", subject=patient, at=timezone.now())
        return Response(self.get_serializer(patient).data)

    @extend_schema(request=serializers.PatientCreateSerializer, responses={201: serializers.PatientSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> Patient:
        submission, phones = values.pop("submission"), values.pop("phones", [])
        guardian, is_unknown = values.pop("guardian"), values.pop("guardian_unknown")
        try:
            return services.register_patient(
                values=values,
                phones=phones,
                identifiers=values.pop("identifiers", []),
                is_another=values.pop("is_another"),
                guardian=guardian or (GUARDIAN_UNKNOWN if is_unknown else None),
                submission=submission,
                actor=actor_of(self.request),
                at=timezone.now(),
            )
        except GuardianIsMissing as missing:  # which is a field that was left out
            raise ValidationError({missing.field: [str(missing)]}) from missing

    def made(self, row: Any) -> Patient:
        """Nothing is read again: the record says what was written. Nobody has put a tag on it yet."""
        hold(row, "phones", list(row.first_phones))
        hold(row, "tags", [])
        patient: Patient = row
        return patient

    @extend_schema(request=serializers.PatientUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Only what is sent. The record that was read is that of the address unless `id` says another: if it was
        merged since, nothing is changed (409 `stale_version`).
        """
        patient = self.get_object()
        sent = request.data.get("id") if isinstance(request.data, Mapping) else None
        if (read_key(str(sent)) or read_key(str(self.kwargs["pk"]))) != patient.pk:
            raise StaleVersion(patient)
        values = self.changed(serializers.PatientUpdateSerializer, patient)
        values.pop("id", None)
        services.update_patient(
            patient=patient, version=values.pop("version"), values=values, actor=actor_of(request), at=timezone.now()
        )
        return self.answer(patient)

    @extend_schema(
        request=serializers.AddPhoneSerializer,
        responses={200: serializers.PatientSerializer, 201: serializers.PatientSerializer},
    )
    @action(detail=True, methods=["post"])
    def phones(self, request: Request, pk: str) -> Response:
        """One more number."""
        patient = self.get_object()
        values = self.typed(serializers.AddPhoneSerializer)
        try:
            phone_services.add_phone(patient=patient, **values, actor=actor_of(request), at=timezone.now())
        except DuplicateSubmission as duplicate:
            if not patient.phones.filter(pk=duplicate.subject_id).exists():
                raise
            return self.answer(patient)
        return self.answer(patient, 201)

    @extend_schema(request=serializers.RevealSerializer, responses=serializers.ShownAddressSerializer)
    @action(detail=True, methods=["post"], url_path="reveal-address")
    def reveal_address(self, request: Request, pk: str) -> Response:
        """Where the person lives, to the door; the look is on record with its purpose."""
        patient = self.get_object()
        purpose = Reveal.Purpose(self.typed(serializers.RevealSerializer)["purpose"])
        address = reveal_address(patient=patient, purpose=purpose, staff=staff_of(request), at=timezone.now())
        return Response({"address": address})

    @extend_schema(request=serializers.RevealSerializer, responses=serializers.ShownEmailSerializer)
    @action(detail=True, methods=["post"], url_path="reveal-email")
    def reveal_email(self, request: Request, pk: str) -> Response:
        """The e-mail address in clear; the look is on record with its purpose."""
        patient = self.get_object()
        purpose = Reveal.Purpose(self.typed(serializers.RevealSerializer)["purpose"])
        email = reveal_email(patient=patient, purpose=purpose, staff=staff_of(request), at=timezone.now())
        return Response({"email": email})

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="register-at-desk", needs=Capability.CONTROL_REGISTRATION)
    def register_at_desk(self, request: Request, pk: str) -> Response:
        """The desk has seen the person, who came on file in another way."""
        return self.answer(register_at_desk(patient=self.get_object(), actor=actor_of(request), at=timezone.now()))

    @extend_schema(
        parameters=[DayQuerySerializer], responses=serializers.PatientRowSerializer(many=True), filters=False
    )
    @action(
        detail=False,
        url_path="without-visit",
        needs=Capability.CONTROL_REGISTRATION,
        ordering=("-desk_registered_at", "-id"),
        filterset_class=None,
    )
    def without_visit(self, request: Request) -> Response:
        """Of a day: people whom the desk registered, and for whom no visit of that day is on file."""
        day = day_of(request.query_params)
        rows = self.paginate_queryset(self.get_queryset().registered_at_desk_on(day).without_visit_on(day))
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @extend_schema(responses=serializers.IdentifierSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def identifiers(self, request: Request, pk: str) -> Response:
        """By which numbers others know the person: documents masked."""
        patient = self.get_object()
        audit.record_look(actor=actor_of(request), verb="patient.opened", subject=patient, at=timezone.now())
        rows = patient.identifiers.in_order()
        return Response(serializers.IdentifierSerializer(rows, many=True).data)

    @extend_schema(
        request=serializers.AddIdentifierSerializer,
        responses={200: serializers.IdentifierSerializer(many=True), 201: serializers.IdentifierSerializer(many=True)},
    )
    @identifiers.mapping.post
    def add_identifier(self, request: Request, pk: str) -> Response:
        """One more document."""
        patient, values = self.get_object(), self.typed(serializers.AddIdentifierSerializer)
        code = 201
        try:
            add_identifier(patient=patient, **values, actor=actor_of(request), at=timezone.now())
        except DuplicateSubmission as duplicate:
            if not patient.identifiers.filter(pk=duplicate.subject_id).exists():
                raise
            code = 200
        rows = patient.identifiers.in_order()
        return Response(serializers.IdentifierSerializer(rows, many=True).data, status=code)

    def ask_for_file(self, told: dict[str, Any], **order: Any) -> Job:
        staff, chosen, beside = order["staff"], told.get("selection"), {}
        if chosen:
            beside["selection"] = get_object_or_404(Selection.objects.visible_to(staff), pk=chosen).pk
        return request_export(export=PEOPLE, wanted=told["filter"], beside=beside, **order)

    @extend_schema(responses=serializers.TimelineEntrySerializer(many=True), filters=True)
    @action(detail=True, ordering=("-occurred_at", "-id"), filterset_class=StoryFilter)
    def timeline(self, request: Request, pk: str) -> Response:
        """The story, newest first, as far as one's capabilities show it. Messages to the patient
        (`messaging.message`) are lines of it; a line is known by its kind and its `id`.
        """
        patient, reader = self.get_object(), staff_of(request)
        audit.record_look(actor=actor_of(request), verb="patient.opened", subject=patient, at=timezone.now())
        self.filter_queryset(TimelineEntry.objects.none())  # which refuses a part that there is not
        strands = strands_of(patient, reader, request.query_params.get("kind", ""))
        pages = cast(KeysetPages, self.paginator)
        rows = pages.paginate_strands(strands, request, model=TimelineEntry, moment="occurred_at")
        return self.get_paginated_response(serializers.TimelineEntrySerializer(rows, many=True).data)
