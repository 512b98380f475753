"""An erasure: a second person approves it, each app erases its part, and what the law wants kept stays."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Actor, AuditEntry
from accounts.services.versions import save_version
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.moments import years_later
from institution.models import Setting
from patients.models import (
    Contact,
    DataRequest,
    ErasureStep,
    Import,
    Kept,
    KeptRecord,
    Merge,
    Part,
    Patient,
    Relation,
    Visit,
)
from patients.models.rights import RULES
from patients.rules.visits import INPATIENT

from .copies import also_merged, end_copies, own_numbers
from .fingerprints import keep_prints, prints_of
from .forgetting import forget_names
from .rights import ErasureUnderWay, RequestAlreadyClosed, record_step
from .survivors import hold_patient

Erase = Callable[[DataRequest, Collection[int], datetime], None]


class NotAnErasure(DomainError):
    """Only an erasure needs a second person."""

    message = _("This request is not for an erasure.")


class SecondPersonApproves(DomainError):
    """Whoever wrote the request down does not approve it too."""

    message = _("You wrote this request down: somebody else approves it.")
    status = 403


class NumberDiffers(DomainError):
    """What was typed is not the number of the record."""

    message = _("This is not the number of the record. Nothing was erased.")
    field = "number"


class RecordHasChanged(DomainError):
    """Something else would go than what was shown."""

    message = _("Somebody has changed, merged or separated this record meanwhile. Look again at what goes.")

    def __init__(self, patient: Patient) -> None:
        super().__init__()
        self.fresh = {"patient_version": patient.version}


class OtherRequestFirst(DomainError):
    """A copy cannot be written of what is gone, and nothing is erased twice."""

    message = _("Another request of this person is still open. Answer or refuse that first.")


@dataclass(frozen=True)
class Keeping:
    """What will stay, how much of it, and until when; `number` is None where another app counts it."""

    what: Kept
    until: date
    number: int | None = None

    @property
    def label(self) -> str:
        return str(self.what.label)

    @property
    def rule(self) -> str:
        return str(RULES[self.what])


@transaction.atomic
def approve_erasure(
    *, request: DataRequest, version: int, patient_version: int, number: str, actor: Actor, at: datetime
) -> DataRequest:
    """From now on nobody finds the person, or reads a name; then each part goes, and nothing brings it back.

    `patient_version` is the record's as somebody looked at what goes with it: a merge makes another of it. `number` is
    what was typed to confirm: the record's own. Raises NotAnErasure, RequestAlreadyClosed, ErasureUnderWay,
    SecondPersonApproves, NumberDiffers, OtherRequestFirst, RecordHasChanged, StaleVersion.
    """
    held = DataRequest.objects.get(pk=request.pk)
    _check_state(held, actor)
    patient = hold_patient(Patient(pk=held.patient_id))  # before the request, as a merge does
    held = DataRequest.objects.select_for_update().get(pk=request.pk)
    _check_state(held, actor)
    _check_record(held, patient, patient_version, number)
    save_version(request, version=version, values={"approved_at": at, "approved_by": actor}, actor=actor, at=at)
    for keeping in what_is_kept(patient, at):
        if keeping.number is not None:
            note_kept(request=request, what=keeping.what, number=keeping.number, until=keeping.until)
    steps = [ErasureStep(request=request, part=part, rank=rank) for rank, part in enumerate(Part)]
    ErasureStep.objects.bulk_create(steps)
    keys = also_merged(patient)
    Patient.objects.filter(pk__in=keys).update(erased_at=at, version=F("version") + 1, updated_at=at, updated_by=actor)
    keep_prints(request, keys)
    forget_names(keys, at)
    end_copies(patient, actor=actor, at=at)
    record_step("approved", request, actor=actor, at=at)
    return request


def _check_state(request: DataRequest, actor: Actor) -> None:
    if not request.is_erasure:
        raise NotAnErasure
    if not request.is_open:
        raise RequestAlreadyClosed
    if request.is_under_way:
        raise ErasureUnderWay
    if request.recorded_by_id == actor.pk:
        raise SecondPersonApproves


def _check_record(request: DataRequest, patient: Patient, version: int, number: str) -> None:
    if request.patient_id != patient.pk or patient.version != version:
        raise RecordHasChanged(patient)
    if number.strip().upper() != patient.number.upper():
        raise NumberDiffers
    if DataRequest.objects.open().filter(patient=patient).exclude(pk=request.pk).exists():
        raise OtherRequestFirst


def what_goes_too(patient: Patient) -> QuerySet[Merge]:
    """The merges through which other records are the person's: those go with it."""
    too = Merge.objects.open().filter(merged__merged_into=patient)
    return too.select_related("merged", "merged_by__staff").order_by("pk")


@dataclass(frozen=True)
class Elsewhere:
    """How often the person's own numbers stand where nobody says whose they are: that is left as it is."""

    callers: int
    relatives: int

    def __bool__(self) -> bool:
        return bool(self.callers or self.relatives)


def what_stays_elsewhere(patient: Patient) -> Elsewhere:
    own = own_numbers(patient)
    callers = Contact.objects.filter(became=None, digits__in=own)
    relatives = Relation.objects.filter(relative=None, digits__in=own).exclude(patient=patient)
    return Elsewhere(callers.count(), relatives.count())


def what_is_kept(patient: Patient, at: datetime) -> list[Keeping]:
    """What an erasure as of then would leave, and until when: each period is a setting of the hospital."""
    keys, today = also_merged(patient), timezone.localdate(at)
    three = years_later(today, _number("patients.keep_proof_years"))
    audited = AuditEntry.objects.filter(subject_type=Patient._meta.label, subject_id__in=keys).count()
    consents = sum(each.consents.count() for each in Patient.objects.filter(pk__in=keys))
    files = today + timedelta(days=_number("files.keep_result_days"))
    prints, systems = len(prints_of(keys)), years_later(today, _number("patients.keep_inpatient_years"))
    imported = Import.objects.exclude(file=None).count()  # which of them name the person nobody can tell
    found = [
        _visits_kept(keys, Kept.OUTPATIENT),
        _visits_kept(keys, Kept.INPATIENT),
        Keeping(Kept.CONSENTS, three, consents) if consents else None,
        Keeping(Kept.SENT, today + timedelta(days=_number("patients.keep_sent_days"))),
        Keeping(Kept.AUDIT, three, audited),
        Keeping(Kept.REQUESTS, three, DataRequest.objects.filter(patient__in=keys).count()),
        Keeping(Kept.PRINTS, systems, prints) if prints else None,
        Keeping(Kept.FILES, files, imported) if imported else None,
    ]
    return [each for each in found if each is not None]


def _visits_kept(keys: Collection[int], what: Kept) -> Keeping | None:
    """Until so many years after the last one."""
    visits = Visit.objects.filter(patient__in=keys)
    mine = visits.filter(kind=INPATIENT) if what == Kept.INPATIENT else visits.exclude(kind=INPATIENT)
    last = mine.aggregate(last=Max("starts_at"))["last"]
    if last is None:
        return None
    years = _number(f"patients.keep_{what}_years")
    return Keeping(what, years_later(timezone.localdate(last), years), mine.count())


def note_kept(*, request: DataRequest, what: Kept, number: int, until: date) -> None:
    """The answer says that so much was kept, and until when; nothing where there is none."""
    if number:
        KeptRecord.objects.get_or_create(request=request, what=what, defaults={"number": number, "until": until})


def sent_kept_until(at: datetime) -> date:
    return timezone.localdate(at) + timedelta(days=_number("patients.keep_sent_days"))


def erase_part(part: Part, erase: Erase, *, at: datetime) -> int:
    """Whatever waits for this part is gone and ticked, each request in a transaction of its own; how many."""
    waiting = ErasureStep.objects.ready(part).select_related("request__patient", "request__approved_by")
    return sum(_erase(step, erase, at) for step in list(waiting))


@transaction.atomic
def _erase(step: ErasureStep, erase: Erase, at: datetime) -> bool:
    if ErasureStep.objects.filter(pk=step.pk, done_at__isnull=True).update(done_at=at) != 1:
        return False
    erase(step.request, also_merged(step.request.patient), at)
    return True


def _number(key: str) -> int:
    return int(Setting.objects.number(key))
