from datetime import UTC, date, datetime

from django.db import models

NEVER = date.min


def day_of_contact(at: datetime | None) -> date:
    """Orders people as the moment does, and is written anew once a day at most."""
    return at.astimezone(UTC).date() if at is not None else NEVER


class SearchToken(models.Model):
    """A piece of what a patient is found by (`patients.rules.tokens_of`); the one index behind the search box.

    With the day when the hospital last spoke with them: of what thousands share, those are read first who are likely to
    be meant, and no others.
    """

    token = models.CharField(max_length=120)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.CASCADE, related_name="search_tokens", db_index=False
    )
    last_contact_on = models.DateField(default=NEVER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "token"], name="patient_has_token_once")]
        indexes = [models.Index(fields=["token", "-last_contact_on", "-patient"], name="token_by_last_contact")]

    def __str__(self) -> str:
        return self.token
