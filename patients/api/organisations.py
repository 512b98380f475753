"""Organisations, whom to speak with there, who works there and visits to them, through the API."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import audit
from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.rooms import CreatesOnce
from patients import filters
from patients.models import Employment, Organisation, OrganisationContact, OrganisationVisit, Reveal
from patients.serializers import RevealSerializer, TimelineEntrySerializer
from patients.serializers import organisations as serializers
from patients.services import organisation_people as people
from patients.services import organisation_visits as visits
from patients.services import organisations as services


class OrganisationViewSet(CreatesOnce, ReadOnlyModelViewSet[Organisation]):
    """Companies, communities, schools, clinics, suppliers; those that ended stay."""

    needs = Capability.SEE_ORGANISATIONS
    queryset = Organisation.objects.none()
    serializer_class = serializers.OrganisationSerializer
    create_serializer_class = serializers.OrganisationCreateSerializer
    filterset_class = filters.OrganisationFilter
    ordering = ("-registered_at", "-id")

    def get_queryset(self) -> Any:
        return Organisation.objects.visible_to(staff_of(self.request))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        audit.record_look(actor=actor_of(request), verb="organisation.opened", subject=row, at=timezone.now())
        return Response(self.get_serializer(row).data)

    @extend_schema(
        request=serializers.OrganisationCreateSerializer, responses={201: serializers.OrganisationSerializer}
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> Organisation:
        submission = values.pop("submission")
        return services.register_organisation(
            values=serializers.columns(values),
            submission=submission,
            actor=actor_of(self.request),
            at=timezone.now(),
        )

    @extend_schema(request=serializers.OrganisationUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What was left out stays."""
        row = self.get_object()
        values = serializers.columns(self.changed(serializers.OrganisationUpdateSerializer, row))
        version = values.pop("version")
        services.update_organisation(
            organisation=row, version=version, values=values, actor=actor_of(request), at=timezone.now()
        )
        return self.answer(row)

    @extend_schema(request=serializers.EndSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """The hospital has nothing more to do with it; what was promised stays owed."""
        reason = self.typed(serializers.EndSerializer)["reason"]
        row = services.end_organisation(
            organisation=self.get_object(), reason=reason, actor=actor_of(request), at=timezone.now()
        )
        return self.answer(row)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"], url_path="take-up")
    def take_up(self, request: Request, pk: str) -> Response:
        """It counts again."""
        row = services.take_up_organisation(organisation=self.get_object(), actor=actor_of(request), at=timezone.now())
        return self.answer(row)

    @extend_schema(responses=TimelineEntrySerializer(many=True), filters=False)
    @action(detail=True, ordering=("-occurred_at", "-id"), filterset_class=None)
    def timeline(self, request: Request, pk: str) -> Response:
        """Its story, newest first."""
        row = self.get_object()
        audit.record_look(actor=actor_of(request), verb="organisation.opened", subject=row, at=timezone.now())
        story = row.timelineentrys.visible_to(staff_of(request)).select_related("actor__staff")
        rows = self.paginate_queryset(story)
        return self.get_paginated_response(TimelineEntrySerializer(rows, many=True).data)


class OrganisationContactViewSet(CreatesOnce, ReadOnlyModelViewSet[OrganisationContact]):
    """Whom to speak with: numbers masked, shown for a purpose."""

    needs = Capability.SEE_ORGANISATIONS
    queryset = OrganisationContact.objects.none()
    serializer_class = serializers.OrganisationContactSerializer
    create_serializer_class = serializers.OrganisationContactCreateSerializer
    filterset_class = filters.OrganisationContactFilter
    ordering = ("-id",)

    def get_queryset(self) -> Any:
        return OrganisationContact.objects.visible_to(staff_of(self.request)).select_related("organisation")

    @extend_schema(
        request=serializers.OrganisationContactCreateSerializer,
        responses={201: serializers.OrganisationContactSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> OrganisationContact:
        given = {name: values.pop(name) for name in ("organisation", "patient", "submission")}
        phone = values.pop("phone", None)
        return people.add_organisation_contact(
            **given, values=values, phone=phone, actor=actor_of(self.request), at=timezone.now()
        )

    @extend_schema(request=serializers.OrganisationContactUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What was left out stays."""
        row = self.get_object()
        values = serializers.columns(self.changed(serializers.OrganisationContactUpdateSerializer, row))
        people.update_organisation_contact(
            contact=row, version=values.pop("version"), values=values, actor=actor_of(request), at=timezone.now()
        )
        return self.answer(row)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Nobody speaks with this person there any more; the row stays."""
        row = people.end_organisation_contact(contact=self.get_object(), actor=actor_of(request), at=timezone.now())
        return self.answer(row)

    @extend_schema(request=RevealSerializer, responses=serializers.ShownContactSerializer)
    @action(detail=True, methods=["post"])
    def reveal(self, request: Request, pk: str) -> Response:
        """The number in clear; the look is on record with its purpose."""
        row = self.get_object()
        purpose = Reveal.Purpose(self.typed(RevealSerializer)["purpose"])
        people.reveal_contact(contact=row, purpose=purpose, staff=staff_of(request), at=timezone.now())
        return Response(serializers.ShownContactSerializer(row).data)


class EmploymentViewSet(CreatesOnce, ReadOnlyModelViewSet[Employment]):
    """Who of our clients works where, as far as the caller may find them."""

    needs = Capability.SEE_ORGANISATIONS
    queryset = Employment.objects.none()
    serializer_class = serializers.EmploymentSerializer
    create_serializer_class = serializers.EmploymentCreateSerializer
    filterset_class = filters.EmploymentFilter
    ordering = ("-id",)

    def get_queryset(self) -> Any:
        return Employment.objects.visible_to(staff_of(self.request)).select_related("organisation", "patient")

    @extend_schema(request=serializers.EmploymentCreateSerializer, responses={201: serializers.EmploymentSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> Employment:
        given = {name: values.pop(name) for name in ("organisation", "patient", "submission")}
        return people.add_employee(**given, values=values, actor=actor_of(self.request), at=timezone.now())

    @extend_schema(request=serializers.EmploymentUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What was left out stays; a last day ends it."""
        row = self.get_object()
        values = self.changed(serializers.EmploymentUpdateSerializer, row)
        people.update_employee(
            employment=row, version=values.pop("version"), values=values, actor=actor_of(request), at=timezone.now()
        )
        return self.answer(row)


class OrganisationVisitViewSet(CreatesOnce, ReadOnlyModelViewSet[OrganisationVisit]):
    """When our people go there: planned, held, cancelled."""

    needs = Capability.SEE_ORGANISATIONS
    queryset = OrganisationVisit.objects.none()
    serializer_class = serializers.OrganisationVisitSerializer
    create_serializer_class = serializers.OrganisationVisitCreateSerializer
    filterset_class = filters.OrganisationVisitFilter
    ordering = ("-on_day", "-id")

    def get_queryset(self) -> Any:
        return OrganisationVisit.objects.visible_to(staff_of(self.request)).select_related("organisation")

    @extend_schema(
        request=serializers.OrganisationVisitCreateSerializer,
        responses={201: serializers.OrganisationVisitSerializer},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Planned; with a `result` it was held already."""
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> OrganisationVisit:
        given = {name: values.pop(name) for name in ("organisation", "result", "submission")}
        return visits.plan_organisation_visit(**given, values=values, actor=actor_of(self.request), at=timezone.now())

    @extend_schema(request=serializers.OrganisationVisitUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What is planned changes; what was left out stays."""
        row = self.get_object()
        values = self.changed(serializers.OrganisationVisitUpdateSerializer, row)
        visits.update_organisation_visit(
            visit=row, version=values.pop("version"), values=values, actor=actor_of(request), at=timezone.now()
        )
        return self.answer(row)

    @extend_schema(request=serializers.HeldSerializer)
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, pk: str) -> Response:
        """They were there, and it is known what came of it."""
        row, told = self.get_object(), self.typed(serializers.HeldSerializer)
        told = {"on_day": row.on_day, "visited_by": row.visited_by} | told
        return self.answer(
            visits.hold_organisation_visit(visit=row, **told, actor=actor_of(request), at=timezone.now())
        )

    @extend_schema(request=serializers.EndSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Nobody goes there."""
        row, reason = self.get_object(), self.typed(serializers.EndSerializer)["reason"]
        return self.answer(
            visits.cancel_organisation_visit(visit=row, reason=reason, actor=actor_of(request), at=timezone.now())
        )
