from django.db import models


class WorkerBeat(models.Model):
    """When a worker last said that it is alive; one row a queue."""

    queue = models.CharField(max_length=20, unique=True)
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.queue
