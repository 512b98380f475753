"""What a program carries away of the archive, and what for."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from hospital_crm.lib.exports import ExportSerializer, FilteredExportSerializer
from hospital_crm.lib.moments import BEFORE_ALL
from patients.filters import DataRequestFilter, LookFilter, OrganisationFilter, PairFilter
from patients.filters.organisations import STATES
from patients.filters.records import PAIR_STATES
from patients.models import DataRequest, LookToCheck, Organisation

from .segments import ListFilterSerializer


class PatientExportSerializer(ExportSerializer, ListFilterSerializer):
    """By the filters of the list, or those of a `selection`; as what sort of file, and what for."""

    selection = serializers.IntegerField(required=False, min_value=1, help_text="From `POST /selections/`.")


class OrganisationExportSerializer(FilteredExportSerializer):
    """By the filters of the list; as what sort of file, and what for."""

    filter_class = OrganisationFilter
    q = serializers.CharField(max_length=60, required=False)
    kind = serializers.ChoiceField(choices=Organisation.Kind.choices, required=False)
    owner = serializers.IntegerField(required=False)
    state = serializers.ChoiceField(choices=STATES, required=False)


class PairExportSerializer(FilteredExportSerializer):
    """By what became of them; as what sort of file, and what for."""

    filter_class = PairFilter
    state = serializers.ChoiceField(choices=PAIR_STATES, required=False)


class DataRequestExportSerializer(FilteredExportSerializer):
    """By the filters of the list; as what sort of file, and what for."""

    filter_class = DataRequestFilter
    state = serializers.ChoiceField(choices=DataRequest.State.choices, required=False)
    kind = serializers.ChoiceField(choices=DataRequest.Kind.choices, required=False)


class UnusualLookExportSerializer(FilteredExportSerializer):
    """By the filters of the list; as what sort of file, and what for."""

    filter_class = LookFilter
    state = serializers.ChoiceField(choices=LookToCheck.State.choices, required=False)
    kind = serializers.ChoiceField(choices=LookToCheck.Kind.choices, required=False)


class AtOrganisationExportSerializer(ExportSerializer):
    """At which organisation; as what sort of file, and what for."""

    organisation = serializers.IntegerField(min_value=1)


class ControlExportSerializer(ExportSerializer):
    """Of which day; as what sort of file, and what for."""

    day = serializers.DateField(default=timezone.localdate, help_text="Today, unless another is named.")

    def validate_day(self, day: date) -> date:
        if not BEFORE_ALL < day <= timezone.localdate():
            raise serializers.ValidationError(_("This day is still to come, or before all that is on file."))
        return day


class VisitExportSerializer(ExportSerializer):
    """Of whom; as what sort of file, and what for."""

    patient = serializers.IntegerField(min_value=1)
