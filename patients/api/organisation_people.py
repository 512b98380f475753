"""Whom one speaks with at an organisation, and who works there."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.rooms import CreatesOnce
from jobs.api import GivesFiles
from jobs.models import Job
from jobs.services.exports import request_export
from patients import filters
from patients.models import Employment, Organisation, OrganisationContact, Reveal
from patients.serializers import RevealSerializer
from patients.serializers import organisation_people as serializers
from patients.serializers.exports import AtOrganisationExportSerializer
from patients.serializers.organisations import columns
from patients.services import employments
from patients.services import organisation_people as people
from patients.services.exports import CONTACTS, EMPLOYEES


class OfOneOrganisation(GivesFiles):
    """Carried away organisation by organisation."""

    export_serializer_class = AtOrganisationExportSerializer

    def ask_for_file(self, told: dict[str, Any], **order: Any) -> Job:
        place = get_object_or_404(Organisation.objects.visible_to(order["staff"]), pk=told["organisation"])
        return request_export(export=self.export_of, wanted={}, beside={"organisation": place.pk}, **order)


class OrganisationContactViewSet(OfOneOrganisation, CreatesOnce, ReadOnlyModelViewSet[OrganisationContact]):
    """Whom to speak with: numbers masked, shown for a purpose."""

    needs = Capability.SEE_ORGANISATIONS
    queryset = OrganisationContact.objects.none()
    serializer_class = serializers.OrganisationContactSerializer
    create_serializer_class = serializers.OrganisationContactCreateSerializer
    filterset_class = filters.OrganisationContactFilter
    export_of = CONTACTS
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
        values = columns(self.changed(serializers.OrganisationContactUpdateSerializer, row))
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


class EmploymentViewSet(OfOneOrganisation, CreatesOnce, ReadOnlyModelViewSet[Employment]):
    """Who of our clients works where, as far as the caller may find them."""

    needs = Capability.SEE_ORGANISATIONS
    queryset = Employment.objects.none()
    serializer_class = serializers.EmploymentSerializer
    create_serializer_class = serializers.EmploymentCreateSerializer
    filterset_class = filters.EmploymentFilter
    export_of = EMPLOYEES
    ordering = ("-id",)

    def get_queryset(self) -> Any:
        return Employment.objects.visible_to(staff_of(self.request)).select_related("organisation", "patient")

    @extend_schema(request=serializers.EmploymentCreateSerializer, responses={201: serializers.EmploymentSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> Employment:
        given = {name: values.pop(name) for name in ("organisation", "patient", "submission")}
        return employments.add_employee(**given, values=values, actor=actor_of(self.request), at=timezone.now())

    @extend_schema(request=serializers.EmploymentUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What was left out stays; a last day ends it."""
        row = self.get_object()
        values = self.changed(serializers.EmploymentUpdateSerializer, row)
        employments.update_employee(
            employment=row, version=values.pop("version"), values=values, actor=actor_of(request), at=timezone.now()
        )
        return self.answer(row)
