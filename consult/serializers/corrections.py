"""What was wrong with a call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty

from consult.models import Call
from consult.services.corrections import as_it_lasted, goes_on
from consult.services.records import DETAILS
from hospital_crm.lib.phones import kept_phone

from .calls import TOPIC
from .records import CallCreateSerializer

LONGEST_REASON = 200
WHO = ("patient", "contact", "number")


class VoidSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_REASON)


class CallCorrectSerializer(CallCreateSerializer):
    """What was wrong; what is left out stays as it was told, the number and the promise too."""

    reason = serializers.CharField(max_length=LONGEST_REASON)

    def to_internal_value(self, data: Any) -> Any:
        """Nothing where a person or a number stands says nothing of them: an answer can be sent back whole."""
        if isinstance(data, Mapping):
            data = {name: told for name, told in data.items() if told is not None or name not in WHO}
        return super().to_internal_value(data)

    def get_fields(self) -> Any:
        fields: Any = super().get_fields()
        for name in ("submission", "tries"):  # a call is corrected once, and tries what it has tried
            del fields[name]
        for name in fields.keys() - {"reason"}:
            fields[name].required, fields[name].default = False, empty
        return fields

    def _check_lasted(self, began: datetime | None, ended: datetime | None) -> None:
        """It lasted as long as it was told, unless both are told anew."""
        if ended:
            super()._check_lasted(began, ended)

    def validate_started_at(self, moment: datetime) -> datetime:
        return moment if moment == self.context["call"].started_at else super().validate_started_at(moment)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        call = self.context["call"]
        values = super().validate({**_as_told(call, attrs), **attrs})
        values = {**as_it_lasted(call, values["started_at"]), **values}
        person = values["patient"] or values["contact"]
        if values["promised"] and goes_on(call, person=person, disposition=values["disposition"]):
            raise serializers.ValidationError({"promised": [_("The promise stays as it is.")]})
        return values


def _as_told(call: Call, anew: dict[str, Any]) -> dict[str, Any]:
    """The call in the serializer's words, as far as what is told anew does not take its place."""
    is_about_another = not {"patient", "contact", "name"}.isdisjoint(anew)
    has_number = call.digits and not anew.get("is_withheld")
    return {
        **{name: getattr(call, name) for name in (*DETAILS, "direction", "channel", "disposition", "started_at")},
        "is_withheld": call.is_withheld and not anew.get("number"),
        "number": kept_phone(call.digits, call.extension) if has_number else None,
        "patient": None if is_about_another else call.patient,
        "contact": None if is_about_another else call.contact,
        "name": "",
        "topics": [{name: getattr(row, name) for name in TOPIC} for row in call.topics.all()],
        "promised": None,
        "settles": [],
        "tries": None,
    }
