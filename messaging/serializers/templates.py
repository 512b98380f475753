"""Templates of messages to patients, their words, their numbers with providers."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.validators import UniqueValidator

from hospital_crm.lib.rooms import CreateSerializer
from messaging.models import MessageTemplate, TemplateRegistration, TemplateVersion
from messaging.models.templates import LONGEST, TO_PATIENTS
from messaging.services.readiness import want_at_wechat, want_of
from messaging.services.templates.looks import Look, look_of_version
from patients.models import LANGUAGES


class TemplateSerializer(serializers.ModelSerializer[MessageTemplate]):
    """`is_urgent`: quiet hours do not hold it up, for it answers what the patient does this minute. `advertises`:
    medical services; its words go out only under a certificate of theirs that is valid on the day.
    """

    class Meta:
        model = MessageTemplate
        fields = (
            *("id", "code", "name_zh", "name_en", "message_class", "purpose", "is_urgent", "is_active"),
            *("advertises", "version"),
        )


class WordsSerializer(serializers.Serializer[Any]):
    subject = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    text = serializers.CharField(max_length=LONGEST)


class TemplateCreateSerializer(CreateSerializer, WordsSerializer):
    """The template with its first draft."""

    code = serializers.SlugField(max_length=40, validators=[UniqueValidator(queryset=MessageTemplate.objects.all())])
    name_zh = serializers.CharField(max_length=60)
    name_en = serializers.CharField(max_length=80)
    message_class = serializers.ChoiceField(choices=TO_PATIENTS)
    purpose = serializers.CharField(max_length=40)
    language = serializers.ChoiceField(choices=LANGUAGES)


class TemplateUpdateSerializer(serializers.ModelSerializer[MessageTemplate]):
    version = serializers.IntegerField()

    class Meta:
        model = MessageTemplate
        fields = ("name_zh", "name_en", "is_active", "advertises", "version")


class RegistrationSerializer(serializers.ModelSerializer[TemplateRegistration]):
    class Meta:
        model = TemplateRegistration
        fields = ("provider", "number", "keywords")


class TemplateVersionSerializer(serializers.ModelSerializer[TemplateVersion]):
    """`units` and `parts`: its length as a text message, signed, with the longest values to be expected.

    `goes_as_sms`: an account for text messages is in use, and its provider has a number of these words; without,
    messages of these words are withheld. `goes_by_wechat`: the same of the official account; without, it is not taken
    for them. An advertisement without a certificate that is valid today goes by neither. `certificate_number`,
    `certificate_until`: of an advertisement, what the authority gave for these words.
    """

    registrations = RegistrationSerializer(many=True, read_only=True)
    units = serializers.SerializerMethodField()
    parts = serializers.SerializerMethodField()
    goes_as_sms = serializers.SerializerMethodField()
    goes_by_wechat = serializers.SerializerMethodField()

    class Meta:
        model = TemplateVersion
        fields = (
            "id",
            "template",
            "language",
            "number",
            "subject",
            "text",
            "certificate_number",
            "certificate_until",
            "state",
            "published_at",
            "retired_at",
            "units",
            "parts",
            "goes_as_sms",
            "goes_by_wechat",
            "registrations",
            "version",
        )

    @extend_schema_field(int)
    def get_units(self, words: TemplateVersion) -> int:
        return self._look(words).length.units

    @extend_schema_field(int)
    def get_parts(self, words: TemplateVersion) -> int:
        return self._look(words).length.parts

    @extend_schema_field(bool)
    def get_goes_as_sms(self, words: TemplateVersion) -> bool:
        return self._may_go(words) and not want_of(words, self.context["house"].sms_taker)

    @extend_schema_field(bool)
    def get_goes_by_wechat(self, words: TemplateVersion) -> bool:
        account = self.context["house"].official_account
        return self._may_go(words) and account is not None and not want_at_wechat(words, account)

    def _may_go(self, words: TemplateVersion) -> bool:
        return words.may_go_on(timezone.localdate())

    def _look(self, words: TemplateVersion) -> Look:
        return look_of_version(words, house=self.context["house"])


class TemplateVersionCreateSerializer(CreateSerializer, WordsSerializer):
    template = serializers.PrimaryKeyRelatedField(queryset=MessageTemplate.objects.all())
    language = serializers.ChoiceField(choices=LANGUAGES)


class TemplateVersionUpdateSerializer(serializers.ModelSerializer[TemplateVersion]):
    version = serializers.IntegerField()

    class Meta:
        model = TemplateVersion
        fields = ("subject", "text", "version")


class PublishSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="The one that was read: nobody publishes words that changed since.")
    certificate_number = serializers.CharField(
        max_length=60,
        required=False,
        default="",
        allow_blank=True,
        help_text="Of an advertisement: the number of the certificate that was given for these very words.",
    )
    certificate_until = serializers.DateField(
        required=False, default=None, allow_null=True, help_text="The last day of the certificate."
    )


class RenewCertificateSerializer(serializers.Serializer[Any]):
    """Without number and day the authority has taken the certificate away."""

    version = serializers.IntegerField(help_text="The one that was read.")
    certificate_number = serializers.CharField(max_length=60, allow_blank=True)
    certificate_until = serializers.DateField(allow_null=True, help_text="The last day of the certificate.")


class RegisterSerializer(serializers.Serializer[Any]):
    """`keywords`, of WeChat only: its keyword, and the variable that fills it."""

    provider = serializers.ChoiceField(choices=TemplateRegistration.Provider.choices)
    number = serializers.CharField(max_length=64)
    keywords = serializers.DictField(child=serializers.CharField(max_length=40), required=False, default=dict)
