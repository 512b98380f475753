"""Templates of messages to patients through the API: read, written, published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.viewsets import ReadOnlyModelViewSet

from accounts.access import Capability, actor_of
from hospital_crm.lib.rooms import CreatesOnce
from messaging import serializers
from messaging.filters import TemplateFilter, TemplateVersionFilter
from messaging.models import MessageTemplate, TemplateVersion
from messaging.services.templates import certificates, drafting, making, publishing
from messaging.services.templates.house import House

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.response import Response

    from messaging.querysets import TemplateVersionQuerySet

NAMES = ("code", "name_zh", "name_en", "message_class", "purpose")


class TemplateViewSet(CreatesOnce, ReadOnlyModelViewSet[MessageTemplate]):
    """What patients are told about; the words are its versions."""

    needs = Capability.MANAGE_PROTOCOLS
    queryset = MessageTemplate.objects.all()
    serializer_class = serializers.TemplateSerializer
    create_serializer_class = serializers.TemplateCreateSerializer
    filterset_class = TemplateFilter
    ordering = ("code", "id")

    @extend_schema(request=serializers.TemplateCreateSerializer, responses={201: serializers.TemplateSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """With its first draft, which nobody gets before it is published."""
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> MessageTemplate:
        names = {name: values.pop(name) for name in NAMES}
        return making.create_template(values=names, **values, actor=actor_of(self.request), at=timezone.now())

    @extend_schema(request=serializers.TemplateUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Its names, whether it is in use, whether it advertises."""
        template = self.get_object()
        values = self.changed(serializers.TemplateUpdateSerializer, template)
        version = values.pop("version")
        making.update_template(
            template=template, version=version, values=values, actor=actor_of(request), at=timezone.now()
        )
        return self.answer(template)


class TemplateVersionViewSet(CreatesOnce, ReadOnlyModelViewSet[TemplateVersion]):
    """The words of the templates, in both languages, of now and before."""

    needs = Capability.MANAGE_PROTOCOLS
    queryset = TemplateVersion.objects.all()
    serializer_class = serializers.TemplateVersionSerializer
    create_serializer_class = serializers.TemplateVersionCreateSerializer
    filterset_class = TemplateVersionFilter
    ordering = ("-pk",)

    def get_queryset(self) -> TemplateVersionQuerySet:
        return TemplateVersion.objects.select_related("template").prefetch_related("registrations")

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        is_asked = not getattr(self, "swagger_fake_view", False)
        return {**context, "house": House()} if is_asked else context

    @extend_schema(
        request=serializers.TemplateVersionCreateSerializer, responses={201: serializers.TemplateVersionSerializer}
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A draft of new words."""
        return super().create(request, *args, **kwargs)

    def make(self, values: dict[str, Any]) -> TemplateVersion:
        return drafting.draft_version(**values, actor=actor_of(self.request), at=timezone.now())

    @extend_schema(request=serializers.TemplateVersionUpdateSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A draft reads otherwise; what was published never does."""
        draft = self.get_object()
        values = self.changed(serializers.TemplateVersionUpdateSerializer, draft)
        words: dict[str, str] = {name: values.get(name, getattr(draft, name)) for name in ("subject", "text")}
        return self.answer(
            drafting.edit_draft(
                draft=draft, version=values["version"], **words, actor=actor_of(request), at=timezone.now()
            )
        )

    @extend_schema(request=serializers.PublishSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Patients get these words from now on, in place of those before."""
        sent = self.typed(serializers.PublishSerializer)
        return self.answer(
            publishing.publish_version(draft=self.get_object(), **sent, actor=actor_of(request), at=timezone.now())
        )

    @extend_schema(request=serializers.RenewCertificateSerializer)
    @action(detail=True, methods=["post"], url_path="renew-certificate")
    def renew_certificate(self, request: Request, pk: str) -> Response:
        """Messages of these words, and of no others, go under this certificate from now on."""
        words, sent = self.get_object(), self.typed(serializers.RenewCertificateSerializer)
        return self.answer(
            certificates.renew_certificate(words=words, **sent, actor=actor_of(request), at=timezone.now())
        )

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        """Nobody gets these words any more."""
        return self.answer(
            publishing.retire_version(words=self.get_object(), actor=actor_of(request), at=timezone.now())
        )

    @extend_schema(request=serializers.RegisterSerializer)
    @action(detail=True, methods=["post"])
    def register(self, request: Request, pk: str) -> Response:
        """A provider sends these words by this number of its own."""
        words, values = self.get_object(), self.typed(serializers.RegisterSerializer)
        publishing.register_version(words=words, **values, actor=actor_of(request), at=timezone.now())
        return self.answer(words)
