"""Who follows the official account, through the API."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.access import Capability, actor_of
from hospital_crm.lib.rooms import Room
from messaging.serializers.followers import FollowerSerializer, NewFollowerSerializer
from messaging.services.followers import name_follower
from patients.models import Patient


class FollowerViewSet(Room, GenericViewSet[Patient]):
    """Under which open id the official account knows a patient; `/identifiers/{id}/reveal/` shows it for a purpose."""

    needs = Capability.FIND_PEOPLE
    queryset = Patient.objects.none()
    serializer_class = FollowerSerializer
    filterset_class = None

    @extend_schema(request=NewFollowerSerializer, responses={200: FollowerSerializer})
    def create(self, request: Request) -> Response:
        """WeChat messages to the patient go there from now on."""
        told = self.typed(NewFollowerSerializer)
        row = name_follower(**told, actor=actor_of(request), at=timezone.now())
        return Response(FollowerSerializer({"patient": told["patient"].pk, "shown": row.shown if row else ""}).data)
