"""Single numbers of people through the API: masked, shown for a purpose."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import audit
from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.rooms import Room
from patients import serializers
from patients.models import Identifier, Patient, Phone, Reveal
from patients.services import phones as phone_services
from patients.services.identifiers import reveal_identifier
from patients.services.phone_checks import HOURS, update_phone


class OfAPatient(Room):
    """Rows of a person: who reads one has looked at the person."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        audit.record_look(actor=actor_of(request), verb="patient.opened", subject=row.patient, at=timezone.now())
        return Response(self.get_serializer(row).data)


class PhoneViewSet(OfAPatient, GenericViewSet[Phone]):
    """Single numbers: masked, shown for a purpose."""

    needs = Capability.FIND_PEOPLE
    queryset = Phone.objects.none()
    serializer_class = serializers.PhoneSerializer

    def get_queryset(self) -> Any:
        visible = Patient.objects.visible_to(staff_of(self.request))
        return Phone.objects.select_related("patient").filter(patient__in=visible)

    @extend_schema(request=serializers.RevealSerializer, responses=serializers.ShownPhoneSerializer)
    @action(detail=True, methods=["post"])
    def reveal(self, request: Request, pk: str) -> Response:
        """The number in clear; the look is on record with its purpose."""
        phone = self.get_object()
        purpose = Reveal.Purpose(self.typed(serializers.RevealSerializer)["purpose"])
        phone_services.reveal_phone(phone=phone, purpose=purpose, staff=staff_of(request), at=timezone.now())
        return Response(serializers.ShownPhoneSerializer(phone).data)

    @extend_schema(request=serializers.PhoneUpdateSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Whose it is, its kind, its hours, and what became known of it; what is left out stays."""
        phone = self.get_object()
        sent = self.changed(serializers.PhoneUpdateSerializer, phone)
        version, told = sent.pop("version"), ("owner", "kind", "checked_as", *HOURS)
        values = {**{name: getattr(phone, name) for name in told}, **sent}
        actor, at = actor_of(request), timezone.now()
        return self.answer(update_phone(phone=phone, version=version, values=values, actor=actor, at=at))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def choose(self, request: Request, pk: str) -> Response:
        """This is the number to dial first."""
        phone = phone_services.choose_phone(phone=self.get_object(), actor=actor_of(request), at=timezone.now())
        return self.answer(phone)


class IdentifierViewSet(OfAPatient, GenericViewSet[Identifier]):
    """Single documents: masked, shown for a purpose."""

    needs = Capability.FIND_PEOPLE
    queryset = Identifier.objects.none()
    serializer_class = serializers.IdentifierSerializer

    def get_queryset(self) -> Any:
        visible = Patient.objects.visible_to(staff_of(self.request))
        return Identifier.objects.select_related("patient").filter(patient__in=visible)

    @extend_schema(request=serializers.RevealSerializer, responses=serializers.ShownIdentifierSerializer)
    @action(detail=True, methods=["post"])
    def reveal(self, request: Request, pk: str) -> Response:
        """The number in clear; the look is on record with its purpose."""
        row = self.get_object()
        purpose = Reveal.Purpose(self.typed(serializers.RevealSerializer)["purpose"])
        number = reveal_identifier(identifier=row, purpose=purpose, staff=staff_of(request), at=timezone.now())
        return Response(serializers.ShownIdentifierSerializer({"id": row.pk, "number": number}).data)
