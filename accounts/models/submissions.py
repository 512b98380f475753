from django.db import models

from accounts.querysets.submissions import SubmissionQuerySet


class Submission(models.Model):
    """One creating form, sent once: the second sending finds what the first one made."""

    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=100, default="")  # what was made or done; "" of rows from before there were any
    actor = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    created_at = models.DateTimeField()

    objects = SubmissionQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.key)
