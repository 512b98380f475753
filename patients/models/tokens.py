from django.db import models


class SearchToken(models.Model):
    """A piece of what a patient is found by (`patients.rules.tokens_of`); the one index behind the search box."""

    token = models.CharField(max_length=120)
    patient = models.ForeignKey("patients.Patient", on_delete=models.CASCADE, related_name="search_tokens")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "patient"], name="search_token_once")]

    def __str__(self) -> str:
        return self.token
