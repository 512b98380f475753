from django.db import models


class Submission(models.Model):
    """One creating form, sent once: the second sending finds what the first one made."""

    key = models.UUIDField(unique=True)
    actor = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.key)
