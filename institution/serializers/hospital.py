"""How the hospital's facts, numbers and lists look through the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from hospital_crm.lib.rooms import CreateSerializer
from institution.models import HospitalProfile, ReferenceItem, ReferenceList, Setting

ITEM_FIELDS = ("label_zh", "label_en", "position", "is_active")


class ProfileSerializer(serializers.ModelSerializer[HospitalProfile]):
    class Meta:
        model = HospitalProfile
        exclude = ("id", "updated_at", "updated_by")


class ProfileUpdateSerializer(ProfileSerializer):
    version = serializers.IntegerField()


class SettingSerializer(serializers.ModelSerializer[Setting]):
    class Meta:
        model = Setting
        fields = ("id", "area", "key", "label", "value", "default", "lowest", "highest", "unit", "source", "version")


class ChangeSettingSerializer(serializers.Serializer[Any]):
    value = serializers.DecimalField(max_digits=14, decimal_places=4)
    version = serializers.IntegerField()


class ItemSerializer(serializers.ModelSerializer[ReferenceItem]):
    list: Any = serializers.SlugRelatedField(slug_field="code", read_only=True)

    class Meta:
        model = ReferenceItem
        fields = ("id", "list", "code", *ITEM_FIELDS, "version")


class ItemCreateSerializer(CreateSerializer, serializers.ModelSerializer[ReferenceItem]):
    list = serializers.SlugRelatedField(slug_field="code", queryset=ReferenceList.objects.all())
    code = serializers.SlugField(max_length=40)

    class Meta:
        model = ReferenceItem
        fields = ("list", "code", *ITEM_FIELDS, "submission")
        validators: list[Any] = []  # the service says that the code is taken

    def validate_code(self, code: str) -> str:
        return code.lower()


class ItemUpdateSerializer(serializers.ModelSerializer[ReferenceItem]):
    version = serializers.IntegerField()

    class Meta:
        model = ReferenceItem
        fields = (*ITEM_FIELDS, "version")
