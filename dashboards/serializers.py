"""How search and figures look through the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import AuditEntry, Staff
from followups.serializers import AttemptSerializer
from hospital_crm.lib.answers import Answer, Telling
from hospital_crm.lib.exports import ExportSerializer
from hospital_crm.lib.serializer_fields import KeyField
from patients.models import Contact, Organisation, Patient
from promises.serializers import PersonSerializer, PromiseSerializer


class FoundPatientSerializer(Answer[Patient]):
    class Meta:
        model = Patient
        fields = ("id", "number", "name", "sex", "last_contact_at")


class FoundCallerSerializer(Answer[Contact]):
    class Meta:
        model = Contact
        fields = ("id", "name", "masked", "extension")


class FoundOrganisationSerializer(Answer[Organisation]):
    class Meta:
        model = Organisation
        fields = ("id", "number", "name", "kind")


class FoundSerializer(Telling, serializers.Serializer[Any]):
    patients = FoundPatientSerializer(many=True)
    callers = FoundCallerSerializer(many=True)
    organisations = FoundOrganisationSerializer(many=True)


class QuestionSerializer(serializers.Serializer[Any]):
    q = serializers.CharField(max_length=80)


class FigureSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    query = serializers.CharField(help_text="The filter of /promises/ that shows the rows it counts.")


class LineSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    promised = FigureSerializer()
    judged = FigureSerializer()
    met = FigureSerializer()
    missed = FigureSerializer()
    postponed = FigureSerializer()
    not_reached = FigureSerializer()
    late = FigureSerializer(allow_null=True)


class PromiseFiguresSerializer(serializers.Serializer[Any]):
    since = serializers.DateField()
    until = serializers.DateField()
    total = LineSerializer()
    people = LineSerializer(many=True)
    teams = LineSerializer(many=True)
    days = LineSerializer(many=True)
    withheld = serializers.IntegerField(
        help_text="Those about whoever asks: counted in `total` and `days`, and shown nowhere."
    )


class LookSerializer(serializers.ModelSerializer[AuditEntry]):
    by = serializers.CharField(source="actor.name", read_only=True)

    class Meta:
        model = AuditEntry
        fields = ("id", "at", "by", "verb", "subject_type", "subject_id", "fields")


class AuditExportSerializer(ExportSerializer):
    """Which entries, by the filter of the page; as what sort of file, and what for."""

    who = KeyField(queryset=Staff.objects.all(), required=False, allow_null=True, default=None)
    verb = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    since = serializers.DateField(required=False, allow_null=True, default=None)
    until = serializers.DateField(required=False, allow_null=True, default=None)


class CountsSerializer(serializers.Serializer[Any]):
    """Null where the account's roles show nothing of the kind; above 10,000 nobody counts on."""

    running_jobs = serializers.IntegerField()
    late = serializers.IntegerField(allow_null=True)
    unsettled = serializers.IntegerField(allow_null=True)


class LoadSerializer(serializers.Serializer[Any]):
    """What one colleague has open; `limit` is what one person can keep up with."""

    staff = PersonSerializer()
    open = serializers.IntegerField()
    late = serializers.IntegerField()
    limit = serializers.IntegerField()


class KeptSerializer(serializers.Serializer[Any]):
    """What was first promised for the day and kept in time, of that of which it is known so far."""

    day = serializers.DateField()
    met = serializers.IntegerField(source="rate.part")
    judged = serializers.IntegerField(source="rate.whole")


class AroundSerializer(serializers.Serializer[Any]):
    loads = LoadSerializer(many=True)
    unowned = serializers.IntegerField(source="unowned_count")
    today = KeptSerializer()
    yesterday = KeptSerializer()


class ShiftSerializer(serializers.Serializer[Any]):
    """`owed` falls due until then, `asked` was passed on to the account, `told` are its own tries of this shift."""

    until = serializers.DateTimeField()
    is_cut = serializers.BooleanField(help_text="More is owed than the hundred that are named.")
    owed = PromiseSerializer(many=True)
    asked = PromiseSerializer(many=True)
    told = AttemptSerializer(many=True)
