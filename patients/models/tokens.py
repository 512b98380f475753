from datetime import datetime

from django.db import models

NEVER = 0
MINUTE = 60


def minute_of(at: datetime | None) -> int:
    """Orders people as the moment does, in half of its bytes: as many indexes' worth of people fit into memory."""
    return int(at.timestamp()) // MINUTE if at is not None else NEVER


class SearchToken(models.Model):
    """A piece of what a patient is found by (`patients.rules.tokens_of`); the one index behind the search box.

    With the minute, since 1970, in which the hospital last spoke with them: of what thousands share, those are read
    first who are likely to be meant, and no others.
    """

    token = models.CharField(max_length=120)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.CASCADE, related_name="search_tokens", db_index=False
    )
    last_contact_minute = models.IntegerField(default=NEVER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "token"], name="patient_has_token_once")]
        indexes = [models.Index(fields=["token", "-last_contact_minute", "-patient"], name="token_by_last_contact")]

    def __str__(self) -> str:
        return self.token
