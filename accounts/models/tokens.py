from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets.tokens import ApiTokenQuerySet


class ApiToken(models.Model):
    """With this a program signs in as a colleague, until it expires or is revoked. The token itself is kept nowhere."""

    staff = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(_("What it is for"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the token
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("Token")

    def __str__(self) -> str:
        return self.name
