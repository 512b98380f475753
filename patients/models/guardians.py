"""Children who came on file before anybody knew who decides for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.querysets.guardians import GuardianQuestionQuerySet


class GuardianQuestion(models.Model):
    """Whoever registered the child did not know the guardian. Open until one stands on file: nobody closes it."""

    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT, related_name="guardian_questions")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("accounts.Actor", on_delete=models.PROTECT, related_name="+")

    objects = GuardianQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Question for a guardian")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def key(self) -> str:
        """Names it as the source of a promise."""
        return f"guardian_question:{self.pk}"
