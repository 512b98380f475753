"""What a person agreed to, through the API."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from accounts.access import actor_of
from hospital_crm.lib.errors import DuplicateSubmission
from hospital_crm.lib.rooms import Room
from patients import serializers
from patients.models import Patient
from patients.services.consents import record_consent, standing_of


class ConsentsOfPatient(Room):
    """For the viewset of patients."""

    @extend_schema(responses=serializers.ConsentsSerializer, filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def consents(self, request: Request, pk: str) -> Response:
        """How each purpose stands, and every decision, the last one first."""
        patient = self.get_object()
        audit.record_look(actor=actor_of(request), verb="patient.opened", subject=patient, at=timezone.now())
        return Response(_consents(patient))

    @extend_schema(
        request=serializers.DecisionSerializer,
        responses={200: serializers.ConsentsSerializer, 201: serializers.ConsentsSerializer},
    )
    @consents.mapping.post
    def decide(self, request: Request, pk: str) -> Response:
        """The person has decided."""
        patient, values = self.get_object(), self.typed(serializers.DecisionSerializer)
        try:
            record_consent(patient=patient, **values, actor=actor_of(request), at=timezone.now())
        except DuplicateSubmission as duplicate:
            if not patient.consents.filter(pk=duplicate.subject_id).exists():
                raise
            return Response(_consents(patient))
        return Response(_consents(patient), status=201)


def _consents(patient: Patient) -> object:
    decisions = patient.consents.in_order().reverse().select_related("wording")
    told = {"standing": standing_of(patient, timezone.localdate()).values(), "decisions": decisions}
    return serializers.ConsentsSerializer(told).data
