"""How long work looks through the API."""

from rest_framework import serializers

from jobs.models import Job


class JobSerializer(serializers.ModelSerializer[Job]):
    class Meta:
        model = Job
        fields = ("id", "kind", "state", "done", "total", "error", "requested_at", "finished_at")
