"""What somebody on file has stopped, as colleagues see it."""

from messaging.models import OptOut
from messaging.querysets import OptOutQuerySet
from messaging.services.addresses import digests_of
from patients.models import Patient


def stops_of(patient: Patient) -> OptOutQuerySet:
    """The patient's own, and those of the patient's numbers, whoever said so; also those that were lifted."""
    numbers = patient.phones.values_list("digits", flat=True)
    digests = [each for digits in numbers for each in digests_of("sms", digits)]
    return OptOut.objects.meaning(digests=digests, patients=[patient.pk])
