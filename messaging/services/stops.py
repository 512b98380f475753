"""What somebody on file has stopped, as colleagues see it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from messaging.models import STOPPED, OptOut
from messaging.querysets import OptOutQuerySet
from messaging.services.addresses import digests_of
from messaging.services.law import PURPOSES
from patients.models import Patient, Purpose


def stops_of(patient: Patient) -> OptOutQuerySet:
    """The patient's own, and those of the patient's numbers, whoever said so; also those that were lifted."""
    numbers = patient.phones.values_list("digits", flat=True)
    digests = [each for digits in numbers for each in digests_of("sms", digits)]
    return OptOut.objects.meaning(digests=digests, patients=[patient.pk])


@dataclass(frozen=True)
class StoppedPurpose:
    """Nothing is sent for it, whatever was agreed to: anywhere, or at these numbers and channels alone."""

    purpose: Purpose
    where: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not self.where


def stopped_purposes(patient: Patient, in_force: Collection[OptOut]) -> list[StoppedPurpose]:
    """What stands beside the consents, for they alone do not say what may be sent."""
    return [
        _stopped(purpose, patient, rows)
        for purpose in Purpose
        if (rows := [each for each in in_force if purpose in _purposes(each)])
    ]


def _purposes(row: OptOut) -> set[Purpose]:
    return {PURPOSES[message_class] for message_class in STOPPED[row.scope]}


def _stopped(purpose: Purpose, patient: Patient, rows: Iterable[OptOut]) -> StoppedPurpose:
    """A patient's own word holds wherever the patient is, even if it came with a number."""
    if any(row.patient_id == patient.pk and not row.channel for row in rows):
        return StoppedPurpose(purpose)
    where = dict.fromkeys(row.masked or str(row.get_channel_display()) for row in rows)
    return StoppedPurpose(purpose, tuple(where))
