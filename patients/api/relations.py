"""Relatives through the API: each relation once, as it is stored; `?patient=` finds it from both sides."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import audit
from accounts.access import Capability, actor_of, staff_of
from hospital_crm.lib.keys import read_key
from hospital_crm.lib.rooms import CreatesOnce
from patients.filters import RelationFilter
from patients.models import Patient, Relation
from patients.querysets import RelationQuerySet
from patients.serializers import relatives as serializers
from patients.services import relatives as services


class RelationViewSet(CreatesOnce, ReadOnlyModelViewSet[Relation]):
    needs = Capability.FIND_PEOPLE
    queryset = Relation.objects.none()
    serializer_class = serializers.RelationSerializer
    create_serializer_class = serializers.NewRelationSerializer
    filterset_class = RelationFilter
    ordering = ("-id",)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Whoever asks for one person's relatives has looked at the person."""
        key = read_key(request.query_params.get("patient", ""))
        if (patient := Patient.objects.visible_to(staff_of(request)).known_as(key).first()) is not None:
            audit.record_look(actor=actor_of(request), verb="patient.opened", subject=patient, at=timezone.now())
        return super().list(request, *args, **kwargs)

    def get_queryset(self) -> RelationQuerySet:
        return Relation.objects.visible_to(staff_of(self.request)).select_related("patient", "relative")

    @extend_schema(request=serializers.NewRelationSerializer, responses={201: serializers.RelationSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> Relation:
        return services.add_relative(**values, actor=actor_of(self.request), at=timezone.now())

    @extend_schema(request=serializers.RelationUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What they are to each other, as stored: `role` is what the relative is to the patient."""
        relation = self.get_object()
        values = self.changed(serializers.RelationUpdateSerializer, relation)
        row = services.change_relative(
            relation=relation,
            seen_from=relation.patient,
            version=values.pop("version"),
            tie=serializers.tie_with(services.tie_of(relation, relation.patient), values),
            actor=actor_of(request),
            at=timezone.now(),
        )
        return self.answer(row)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """They are relatives no more; the row stays."""
        row = services.end_relative(relation=self.get_object(), actor=actor_of(request), at=timezone.now())
        return self.answer(row)
