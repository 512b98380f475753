from django.db import models

from messaging.querysets import ChannelPauseQuerySet


class ChannelPause(models.Model):
    """A gateway that did not answer is left alone until then, so that it holds up nothing else; one row a channel."""

    channel = models.CharField(max_length=8, unique=True)
    until_at = models.DateTimeField()

    objects = ChannelPauseQuerySet.as_manager()

    def __str__(self) -> str:
        return self.channel
