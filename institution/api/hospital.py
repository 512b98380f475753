"""The hospital's facts, numbers and lists through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from accounts.access import Capability, actor_of
from hospital_crm.lib.rooms import CreatesOnce, Room
from institution import serializers
from institution.models import HospitalProfile, ReferenceItem, Setting
from institution.services import lists
from institution.services import settings as setting_services
from institution.services.profile import update_profile

if TYPE_CHECKING:
    from rest_framework.request import Request


class ItemFilter(django_filters.FilterSet):
    list = django_filters.CharFilter(field_name="list__code")

    class Meta:
        model = ReferenceItem
        fields = ()


class ProfileViewSet(Room, ListModelMixin, GenericViewSet[HospitalProfile]):
    """One row: what pages and letters say about the hospital."""

    needs = Capability.USE_OWN_ACCOUNT
    queryset = HospitalProfile.objects.all()
    serializer_class = serializers.ProfileSerializer
    filterset_class = None

    @extend_schema(methods=["PATCH"], request=serializers.ProfileUpdateSerializer)
    @action(detail=False, methods=["get", "patch"], needs=Capability.MANAGE_SETTINGS, pagination_class=None)
    def profile(self, request: Request) -> Response:
        """The hospital's facts, to be changed: what is left out stays."""
        profile = HospitalProfile.objects.get()
        if request.method == "GET":
            return self.answer(profile)
        values = self.changed(serializers.ProfileUpdateSerializer, profile)
        version = values.pop("version")
        update_profile(profile=profile, version=version, values=values, actor=actor_of(request), at=timezone.now())
        return self.answer(profile)


class ChoiceViewSet(ListModelMixin, GenericViewSet[ReferenceItem]):
    """The choices in use that every form offers, by their codes."""

    needs = Capability.USE_OWN_ACCOUNT
    queryset = ReferenceItem.objects.filter(is_active=True).select_related("list")
    serializer_class = serializers.ItemSerializer
    filterset_class = ItemFilter
    ordering = ("list_id", "position", "id")


class SettingViewSet(Room, ReadOnlyModelViewSet[Setting]):
    needs = Capability.MANAGE_SETTINGS
    queryset = Setting.objects.all()
    serializer_class = serializers.SettingSerializer
    filterset_class = None
    ordering = ("area", "key", "id")

    @extend_schema(request=serializers.ChangeSettingSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The setting holds the value from now on."""
        setting = self.get_object()
        values = self.typed(serializers.ChangeSettingSerializer)
        setting_services.change_setting(setting=setting, **values, actor=actor_of(request), at=timezone.now())
        return self.answer(setting)


class ItemViewSet(CreatesOnce, ReadOnlyModelViewSet[ReferenceItem]):
    """All entries of the lists, those out of use too."""

    needs = Capability.MANAGE_SETTINGS
    queryset = ReferenceItem.objects.select_related("list")
    serializer_class = serializers.ItemSerializer
    create_serializer_class = serializers.ItemCreateSerializer
    filterset_class = ItemFilter
    ordering = ("list_id", "position", "id")

    @extend_schema(request=serializers.ItemCreateSerializer, responses={201: serializers.ItemSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> ReferenceItem:
        reference_list, submission = values.pop("list"), values.pop("submission")
        return lists.create_item(
            reference_list=reference_list,
            values=values,
            actor=actor_of(self.request),
            at=timezone.now(),
            submission=submission,
        )

    @extend_schema(request=serializers.ItemUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The code stays: imports and other programs know it."""
        item = self.get_object()
        values = self.changed(serializers.ItemUpdateSerializer, item)
        version = values.pop("version")
        lists.update_item(item=item, version=version, values=values, actor=actor_of(request), at=timezone.now())
        return self.answer(item)
