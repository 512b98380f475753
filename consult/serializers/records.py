"""What a program tells about a call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Department, Staff, Team
from consult.models import Call
from consult.rules import MOST_TOPICS
from consult.services.promised import Promised, who_answers
from consult.services.records import (
    DETAILS,
    BeganTooLongAgo,
    CallRecord,
    NumberAndWithheld,
    TopicRecord,
    check_began,
    check_number,
)
from hospital_crm.lib.rooms import CreateSerializer
from hospital_crm.lib.serializer_fields import KeyField, LastingKeyField, MomentField, PhoneNumberField
from institution.models import ReferenceItem
from patients.models import OLDEST_YEARS, Contact, Patient, Sex
from promises.models import KINDS_FOR_PEOPLE, Promise

LONGEST_CALL = timedelta(hours=4)  # whatever began earlier is not over just now
PROMISED_IN_CALLS = [(kind.value, kind.label) for kind in KINDS_FOR_PEOPLE]


def _choice(code: str, **kwargs: Any) -> Any:
    """An item of a reference list, by its code."""
    items = ReferenceItem.objects.in_use(code)
    return serializers.SlugRelatedField(slug_field="code", queryset=items, **kwargs)


class NewTopicSerializer(serializers.Serializer[Any]):
    topic = _choice("call_topic")
    department = KeyField(queryset=Department.objects.in_use(), required=False, allow_null=True, default=None)
    question = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    answer = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class PromisedSerializer(serializers.Serializer[Any]):
    """What was promised: by a person, by a team, or by whoever logs the call."""

    kind = serializers.ChoiceField(choices=PROMISED_IN_CALLS)
    due_at = MomentField()
    owner = KeyField(queryset=Staff.objects.active(), required=False, allow_null=True, default=None)
    team = KeyField(queryset=Team.objects.in_use(), required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> Any:
        if attrs["owner"] and attrs["team"]:
            raise serializers.ValidationError({"team": [_("Either a person or a team.")]})
        call, staff = self.context.get("call"), self.context["staff"]  # a call that is corrected has been taken before
        keeper = attrs["owner"] or attrs["team"] or (staff if call is None else who_answers(call, staff))
        return Promised(Promise.Kind(attrs["kind"]), attrs["due_at"], keeper)


class CallCreateSerializer(CreateSerializer):
    """A call. Leave `settles` out if nobody said what was settled: then all that was to be rung back is."""

    direction = serializers.ChoiceField(choices=Call.Direction.choices, default=Call.Direction.IN)
    channel = serializers.ChoiceField(choices=Call.Channel.choices, default=Call.Channel.PHONE)
    number = PhoneNumberField(max_length=60, required=False, allow_null=True, default=None)
    is_withheld = serializers.BooleanField(default=False)
    patient = LastingKeyField(queryset=Patient.objects.none(), required=False, allow_null=True, default=None)
    contact = KeyField(queryset=Contact.objects.none(), required=False, allow_null=True, default=None)
    name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    started_at = MomentField(required=False)
    ended_at = MomentField(required=False)
    disposition = serializers.ChoiceField(choices=Call.Disposition.choices)
    topics = NewTopicSerializer(many=True, required=False)
    promised = PromisedSerializer(required=False, allow_null=True, default=None)
    settles = KeyField(queryset=Promise.objects.none(), many=True, required=False)
    tries = KeyField(queryset=Promise.objects.none(), required=False, allow_null=True, default=None)
    relation = _choice("caller_relation", required=False, allow_null=True, default=None)
    caller_name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    sex = serializers.ChoiceField(choices=Sex.choices, default=Sex.UNKNOWN)
    age = serializers.IntegerField(min_value=0, max_value=OLDEST_YEARS, required=False, allow_null=True, default=None)
    residence = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    source = _choice("media_source", required=False, allow_null=True, default=None)
    condition = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    is_confirmed = serializers.BooleanField(default=False)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")

    def get_fields(self) -> Any:
        fields: Any = super().get_fields()
        staff = self.context.get("staff")
        if staff is not None:
            fields["patient"].queryset = Patient.objects.visible_to(staff).with_card()
            fields["contact"].queryset = Contact.objects.visible_to(staff).nobody_yet()
            promises = Promise.objects.open().settleable_by(staff, timezone.localdate())
            fields["tries"].queryset = fields["settles"].child_relation.queryset = promises
        return fields

    def validate_started_at(self, moment: datetime) -> datetime:
        try:
            check_began(moment, timezone.now())
        except BeganTooLongAgo as error:
            raise serializers.ValidationError(str(error)) from error
        return moment

    def validate_ended_at(self, moment: datetime) -> datetime:
        if moment > timezone.now():
            raise serializers.ValidationError(_("This lies in the future."))
        return moment

    def validate_topics(self, topics: list[Any]) -> list[Any]:
        if len(topics) > MOST_TOPICS:
            raise serializers.ValidationError(_("At most %(number)d topics.") % {"number": MOST_TOPICS})
        return topics

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            check_number(attrs["number"], is_withheld=attrs["is_withheld"])
        except NumberAndWithheld as error:
            raise serializers.ValidationError({error.field: [str(error)]}) from error
        if attrs["patient"] and attrs["contact"]:
            raise serializers.ValidationError({"contact": [_("Either a patient or a caller.")]})
        self._check_lasted(attrs.get("started_at"), attrs.get("ended_at"))
        self._check_about(attrs)
        return attrs

    def _check_lasted(self, began: datetime | None, ended: datetime | None) -> None:
        if began and ended and ended < began:
            raise serializers.ValidationError({"ended_at": [_("The call ends before it begins.")]})
        if began and not ended and timezone.now() - began > LONGEST_CALL:
            raise serializers.ValidationError({"ended_at": [_("Say when the call ended: it began hours ago.")]})

    def _check_about(self, attrs: dict[str, Any]) -> None:
        """What is tried and settled is owed to the person of the call."""
        person = attrs["patient"] or attrs["contact"]
        for field, promises in (("tries", [attrs["tries"]]), ("settles", attrs.get("settles", []))):
            if any(promise is not None and promise.target != person for promise in promises):
                raise serializers.ValidationError({field: [_("This is owed to somebody else.")]})


def record_of(values: dict[str, Any]) -> CallRecord:
    """What the service takes."""
    now = timezone.now()
    names = ("number", "name", "is_withheld", "promised", "tries")
    return CallRecord(
        disposition=Call.Disposition(values["disposition"]),
        direction=Call.Direction(values["direction"]),
        channel=Call.Channel(values["channel"]),
        started_at=values.get("started_at") or values.get("ended_at") or now,
        ended_at=values.get("ended_at") or now,
        parked_seconds=values.get("parked_seconds", 0),
        topics=[TopicRecord(**topic) for topic in values.get("topics", [])],
        person=values["patient"] or values["contact"],
        settles=values.get("settles"),
        details={name: values[name] for name in DETAILS},
        **{name: values[name] for name in names},
    )
