"""One's own views of lists through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts import serializers
from accounts.access import Capability, actor_of, staff_of
from accounts.models import SavedView
from accounts.services import saved_views as services
from hospital_crm.lib.rooms import CreatesOnce

if TYPE_CHECKING:
    from rest_framework.request import Request

    from accounts.querysets.saved_views import SavedViewQuerySet


class SavedViewViewSet(CreatesOnce, ReadOnlyModelViewSet[SavedView]):
    """What one wants to see of a list again."""

    needs = Capability.USE_OWN_ACCOUNT
    queryset = SavedView.objects.none()
    serializer_class = serializers.SavedViewSerializer
    create_serializer_class = serializers.SavedViewCreateSerializer
    filterset_class = None
    ordering = ("list", "name", "id")

    def get_queryset(self) -> SavedViewQuerySet:
        return SavedView.objects.visible_to(staff_of(self.request))

    @extend_schema(request=serializers.SavedViewCreateSerializer, responses={201: serializers.SavedViewSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> SavedView:
        return services.save_view(
            staff=staff_of(self.request), list_name=values.pop("list"), **values, at=timezone.now()
        )

    @extend_schema(request=serializers.SavedViewUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Its name, and whether the list opens with it; other conditions are another view."""
        view = self.get_object()
        values = self.changed(serializers.SavedViewUpdateSerializer, view)
        stored = {"name": view.name, "opens_first": view.opens_first}
        services.update_view(view=view, **{**stored, **values}, actor=actor_of(request), at=timezone.now())
        return self.answer(view)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """It is gone; the list stays as it is."""
        services.delete_view(view=self.get_object(), actor=actor_of(request), at=timezone.now())
        return Response(status=204)
