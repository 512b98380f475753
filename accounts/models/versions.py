from django.db import models


class Versioned(models.Model):
    """A row that people edit: its version goes up with every save, so that a stale form is noticed."""

    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(editable=False)
    updated_by = models.ForeignKey(
        "accounts.Actor", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True
