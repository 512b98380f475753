"""How saved views look through the API."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import SavedView
from accounts.models.saved_views import LONGEST_QUERY
from accounts.services.saved_views import LISTS
from hospital_crm.lib.rooms import CreateSerializer

from .versions import VersionSerializer


class SavedViewSerializer(serializers.ModelSerializer[SavedView]):
    class Meta:
        model = SavedView
        fields = ("id", "list", "name", "query", "opens_first", "version")


class SavedViewCreateSerializer(CreateSerializer):
    list = serializers.CharField(max_length=60, help_text="A list of the pages, e.g. `patients:patient_list`.")
    name = serializers.CharField(max_length=40)
    query = serializers.CharField(
        max_length=LONGEST_QUERY, required=False, allow_blank=True, default="", help_text="E.g. `department=3&tag=7`."
    )
    opens_first = serializers.BooleanField(default=False)

    def validate_list(self, route: str) -> str:
        if route not in LISTS:
            raise serializers.ValidationError(_("There is no such list."))
        return route


class SavedViewUpdateSerializer(VersionSerializer):
    name = serializers.CharField(max_length=40, required=False)
    opens_first = serializers.BooleanField(required=False)
