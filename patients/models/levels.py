from django.db import models


class LevelSweep(models.Model):
    """Once the hospital has changed what a service level rests on, all are looked at anew, in the order of their keys.

    `position`: the last one who was; it can be stopped at any moment and goes on there.
    """

    terms = models.CharField(max_length=200)
    began_at = models.DateTimeField()
    position = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.pk}: {self.terms}"
