from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Versioned
from messaging.querysets import GatewaySetupQuerySet

from .kinds import FOR_GROUPS
from .messages import Channel


class Provider(models.TextChoices):
    """Who takes messages out of the house for us."""

    ALIYUN = "aliyun", _("Aliyun SMS")
    TENCENT = "tencent", _("Tencent Cloud SMS")
    WECHAT = "wechat", _("WeChat official account")
    WECOM = "wecom", _("WeCom robot")

    @property
    def channel(self) -> Channel:
        return {Provider.WECHAT: Channel.WECHAT, Provider.WECOM: Channel.WECOM}.get(self, Channel.SMS)


class GatewaySetup(Versioned):
    """How the hospital is known to a provider. What opens the account is sealed, and no page shows it again.

    Of robots each department may have one for its own group; all else the hospital has once.
    """

    provider = models.CharField(_("Provider"), max_length=10, choices=Provider, editable=False)
    channel = models.CharField(_("Channel"), max_length=8, choices=Channel, editable=False)
    department = models.ForeignKey(
        Department, verbose_name=_("Department"), on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    is_active = models.BooleanField(_("In use"), default=False, editable=False)
    values = models.JSONField(default=dict, editable=False)  # what may be read, by name
    sealed = models.JSONField(default=dict, editable=False)  # what may not, each by its name
    called_back_at = models.DateTimeField(null=True, editable=False)  # when the provider was believed last
    strays = models.PositiveIntegerField(default=0, editable=False)  # receipts that fitted no message of ours

    objects = GatewaySetupQuerySet.as_manager()

    class Meta:
        verbose_name = _("Set-up of a channel")
        constraints = [
            models.UniqueConstraint(
                fields=["provider"], condition=Q(department__isnull=True), name="gateway_setup_once_a_provider"
            ),
            models.UniqueConstraint(fields=["provider", "department"], name="gateway_setup_once_a_department"),
            models.UniqueConstraint(
                fields=["channel"],
                condition=Q(department__isnull=True, is_active=True),
                name="gateway_setup_one_in_use",
            ),
            models.CheckConstraint(
                name="gateway_setup_of_department",
                condition=Q(department__isnull=True) | Q(provider="wecom"),
            ),
        ]

    def __str__(self) -> str:
        name = str(Provider(self.provider).label)
        return f"{name} · {self.department.name}" if self.department else name

    def value(self, name: str, default: str = "") -> Any:
        return self.values.get(name) or default

    def has_secret(self, name: str) -> bool:
        return bool(self.sealed.get(name))

    @property
    def told(self) -> list[str]:
        """Of a WeCom group: the kinds of notes that it is told; all, until somebody has chosen."""
        chosen: list[str] = self.values.get("told", FOR_GROUPS)
        return [kind for kind in FOR_GROUPS if kind in chosen] if self.channel == Channel.WECOM else []
