"""One cap over the whole hospital: how often somebody is contacted, by messages and calls of all departments."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from hospital_crm.lib.moments import midnight
from messaging.models import ContactLog, Message
from messaging.services.limits import Limits

Days = Counter[date]
TOLD = (Message.State.HANDED_OVER, Message.State.SENT, Message.State.UNKNOWN)  # somebody may have got it


@dataclass
class Contacts:
    """How often, on which day of the hospital's, the patients and the addresses of a family were contacted."""

    limits: Limits
    of_patients: dict[int, Days] = field(default_factory=dict)
    of_addresses: dict[str, Days] = field(default_factory=dict)

    def count(self, patient: int | None, address: str, at: datetime) -> None:
        """One more, now."""
        day = timezone.localdate(at)
        if patient is not None:
            self.of_patients.setdefault(patient, Counter())[day] += 1
        if address:
            self.of_addresses.setdefault(address, Counter())[day] += 1

    def free_at(self, patient: int | None, address: str, at: datetime) -> datetime:
        """The moment itself, or when there is room for one more."""
        today = timezone.localdate(at)
        told = [self.of_patients.get(patient or 0, Counter()), self.of_addresses.get(address, Counter())]
        day = today
        while (free := max(self.limits.cap.free_on(each, day) for each in told)) != day:
            day = free
        return at if day == today else midnight(day)


def read_contacts(
    limits: Limits,
    *,
    patients: Collection[int],
    addresses: Collection[str],
    rung: Mapping[str, Collection[str]],
    at: datetime,
) -> Contacts:
    """With a few questions, however many they are. At an organisation's number one calls many people.

    `rung`: by which digests calls to these addresses are known.
    """
    found, since = Contacts(limits), midnight(limits.cap.first_day(timezone.localdate(at)))
    told = Message.objects.filter(state__in=TOLD, message_class__in=limits.capped, handed_over_at__gte=since)
    told = told.filter(staff__isnull=True).order_by()
    for patient, moment in told.filter(patient__in=patients).values_list("patient", "handed_over_at"):
        found.count(patient, "", moment or at)
    for address, moment in told.filter(address__in=addresses, address__gt="").values_list("address", "handed_over_at"):
        found.count(None, address, moment or at)
    if limits.counts_calls:
        _count_calls(found, patients, rung, since)
    return found


def _count_calls(
    found: Contacts, patients: Collection[int], rung: Mapping[str, Collection[str]], since: datetime
) -> None:
    sought = ContactLog.objects.filter(is_counted=True, logged_at__gte=since, channel=ContactLog.Channel.PHONE)
    calls = _counted(sought, found.limits)
    for patient, moment in calls.filter(patient__in=patients).values_list("patient", "logged_at"):
        found.count(patient, "", moment)
    written: dict[str, list[str]] = {}  # one number may be written in several ways
    for address, digests in rung.items():
        for digest in digests:
            written.setdefault(digest, []).append(address)
    there = calls.filter(digest__in=written, digest__gt="", organisation__isnull=True)
    for digest, moment in there.values_list("digest", "logged_at"):
        for address in written[digest]:
            found.count(None, address, moment)


def _counted(calls: QuerySet[ContactLog], limits: Limits) -> QuerySet[ContactLog]:
    return calls if limits.counts_unanswered else calls.filter(reached=True)
