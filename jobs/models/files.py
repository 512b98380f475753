from django.db import models
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    """A file that people or jobs brought in. Never served by its path: the app that owns it guards its download."""

    class Kind(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"
        PDF = "pdf", "PDF"
        PNG = "png", "PNG"
        JPEG = "jpeg", "JPEG"
        JSON = "json", "JSON"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=5, choices=Kind)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.FileField(upload_to="%Y/%m/")
    stored_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    stored_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("File")

    def __str__(self) -> str:
        return self.name
