from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Capability, actor_of
from accounts.filters import StaffFilter
from accounts.models import Department, Staff
from accounts.serializers import DepartmentSerializer, StaffSerializer
from accounts.services import staff as services


class StaffViewSet(ReadOnlyModelViewSet[Staff]):
    needs = Capability.MANAGE_SETTINGS
    queryset = Staff.objects.with_work()
    serializer_class = StaffSerializer
    filterset_class = StaffFilter

    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, pk: str) -> Response:
        staff = services.deactivate_staff(staff=self.get_object(), actor=actor_of(request), at=timezone.now())
        return Response(self.get_serializer(staff).data)

    @action(detail=True, methods=["post"])
    def reactivate(self, request: Request, pk: str) -> Response:
        staff = services.reactivate_staff(staff=self.get_object(), actor=actor_of(request), at=timezone.now())
        return Response(self.get_serializer(staff).data)


class DepartmentViewSet(ReadOnlyModelViewSet[Department]):
    needs = Capability.MANAGE_SETTINGS
    queryset = Department.objects.all()
    serializer_class = DepartmentSerializer
