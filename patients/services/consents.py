from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.db.models import Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.access import Capability
from accounts.models import Actor
from accounts.services.submissions import create_once
from hospital_crm.lib.errors import DomainError
from institution.models import Setting
from jobs.models import StoredFile
from jobs.services.files import store_file
from patients import rules
from patients.models import Consent, ConsentWording, Patient, Purpose
from patients.querysets import PatientQuerySet

from .survivors import survivor_of
from .timeline import add_timeline_entry

EVIDENCE = frozenset({StoredFile.Kind.PDF, StoredFile.Kind.PNG, StoredFile.Kind.JPEG})
SURVEYS = "patients.surveys_unasked"  # the setting: 1 where surveys need no consent


class GuardianDecides(DomainError):
    """Of a child under 14 the guardian decides (PIPL art. 31)."""

    message = _("The patient is under 14: a guardian decides.")
    field = "said_by"


class GuardianUnnamed(DomainError):
    """What nobody is named for cannot be shown to have been agreed to."""

    message = _("Say which guardian decided: choose a relative, or type the name.")
    field = "guardian"


class WordingUnchanged(DomainError):
    """A version that says the same as the one in use is none."""

    message = _("These are the words in use. Change them, or leave the page: nothing needs saving.")


class DecidedInTheFuture(DomainError):
    """What was said was said before now."""

    message = _("This moment is still to come.")
    field = "decided_at"


class LastDayBeforeFirst(DomainError):
    """Nobody agrees to something that is over."""

    message = _("The last day lies before the day on which it was said.")
    field = "last_on"


class RefusalHasNoEnd(DomainError):
    """Only an agreement ends by itself: what is not allowed is not allowed until somebody agrees."""

    message = _("Only an agreement has a last day.")
    field = "last_on"


@dataclass(frozen=True)
class Decision:
    purpose: Purpose
    is_given: bool
    channel: str = ""
    way: Consent.Way = Consent.Way.SPOKEN
    said_by: Consent.SaidBy = Consent.SaidBy.SELF
    guardian: str = ""  # the name, where one decided
    decided_at: datetime | None = None  # now, if nobody says otherwise
    last_on: date | None = None  # the last day on which an agreement counts


def record_consent(
    *,
    patient: Patient,
    decision: Decision,
    evidence: File[bytes] | None = None,
    actor: Actor,
    at: datetime,
    submission: UUID | None = None,
) -> Consent:
    """From that moment on the decision counts, in the words that are in use now; the story tells it.

    Raises GuardianDecides, GuardianUnnamed, PersonErased, DecidedInTheFuture, LastDayBeforeFirst, RefusalHasNoEnd,
    DuplicateSubmission, and what `store_file` raises.
    """
    decided_at = decision.decided_at or at
    guardian = decision.guardian.strip()
    _check_days(decision, decided_at, at)

    def create() -> Consent:
        held = survivor_of(patient)
        if held.needs_guardian(timezone.localdate(at)) and decision.said_by != Consent.SaidBy.GUARDIAN:
            raise GuardianDecides
        if decision.said_by == Consent.SaidBy.GUARDIAN and not guardian:
            raise GuardianUnnamed
        consent = Consent.objects.create(
            patient=held,
            purpose=decision.purpose,
            channel=decision.channel,
            is_given=decision.is_given,
            decided_at=decided_at,
            last_on=decision.last_on,
            way=decision.way,
            said_by=decision.said_by,
            guardian=guardian,
            wording=ConsentWording.objects.in_use(decision.purpose),
            evidence=_stored(evidence, actor, at),
            recorded_at=at,
            recorded_by=actor,
        )
        _tell(consent, actor)
        return consent

    with transaction.atomic():
        return create_once(submission=submission, kind=Consent._meta.label, create=create, actor=actor, at=at)


def _check_days(decision: Decision, decided_at: datetime, at: datetime) -> None:
    if decided_at > at:
        raise DecidedInTheFuture
    if decision.last_on is not None and not decision.is_given:
        raise RefusalHasNoEnd
    if decision.last_on is not None and decision.last_on < timezone.localdate(decided_at):
        raise LastDayBeforeFirst


def _stored(evidence: File[bytes] | None, actor: Actor, at: datetime) -> StoredFile | None:
    if evidence is None:
        return None
    return store_file(name=evidence.name or "", content=evidence, kinds=EVIDENCE, actor=actor, at=at)


def _tell(consent: Consent, actor: Actor) -> None:
    verb = "patient.consent_given" if consent.is_given else "patient.consent_withdrawn"
    audit.record(actor=actor, verb=verb, subject=consent.patient, at=consent.recorded_at, fields=[consent.purpose])
    add_timeline_entry(
        target=consent.patient,
        kind="patients.consent",
        params={"purpose": consent.purpose, "channel": consent.channel, "is_given": consent.is_given},
        needs=Capability.FIND_PEOPLE,
        occurred_at=consent.decided_at,
        actor=actor,
        source=consent,
    )


def standing_of(patient: Patient, on: date) -> Mapping[Purpose, "Standing"]:
    """How each purpose stands that day, also of those of which nothing was ever said."""
    return standing_in(patient.consents.in_order(), on)


def standing_in(
    consents: Iterable[Consent], on: date, surveys_unasked: bool | None = None
) -> Mapping[Purpose, "Standing"]:
    """The same where a patient's decisions were read already, the last one last; the hospital's word on surveys too."""
    last = {(one.purpose, one.channel): one for one in consents}
    return {purpose: Standing(purpose, *_of_purpose(purpose, last), on, surveys_unasked) for purpose in Purpose}


def with_surveys_unasked(people: PatientQuerySet) -> PatientQuerySet:
    """With `surveys_unasked`, for `standing_in`: 1 where surveys need no consent."""
    return people.annotate(surveys_unasked=Subquery(Setting.objects.value_of(SURVEYS)))


class OnChannel(NamedTuple):
    """How it stands on a channel that was decided on alone."""

    consent: Consent
    is_given: bool

    @property
    def channel(self) -> str:
        return self.consent.channel

    @property
    def label(self) -> str:
        return str(self.consent.get_channel_display())

    @property
    def last_on(self) -> date | None:
        return self.consent.last_on


@dataclass(frozen=True)
class Standing:
    """`said` is the last word for all channels, None if there is none; `channels` are later words for single ones.

    A word that had a last day is still the last one said when that is over: what it allowed is not allowed any more.
    """

    purpose: Purpose
    said: Consent | None
    channels: tuple[Consent, ...]
    on: date
    surveys_unasked: bool | None = None  # not read yet

    @cached_property
    def is_allowed(self) -> bool:
        if self.said is not None:
            return self.said.holds(self.on)
        return allowed_unasked(self.purpose, self.surveys_unasked)

    @property
    def last_on(self) -> date | None:
        """Until when it is allowed, or was."""
        return self.said.last_on if self.said is not None else None

    @property
    def on_channels(self) -> list[OnChannel]:
        return [OnChannel(one, one.holds(self.on)) for one in self.channels]

    def allows(self, channel: str) -> bool:
        """On this channel."""
        word = self.word(channel)
        return word.holds(self.on) if word is not None else self.is_allowed

    def word(self, channel: str) -> Consent | None:
        """The one that counts on this channel; None where nothing was said."""
        return next((one for one in self.channels if one.channel == channel), self.said)


@dataclass(frozen=True)
class Standings:
    """How several purposes stand with several people; read at once, for whoever writes to many."""

    words: Mapping[tuple[int, str], tuple[Consent | None, tuple[Consent, ...]]]
    unasked: Mapping[str, bool]

    def allow(self, patient: Patient | None, purpose: Purpose, channel: str, on: date) -> bool:
        """On this channel that day. Whoever is nobody on file has said nothing; a child's own yes is none."""
        if patient is None:
            return self.unasked[purpose]
        word = Standing(purpose, *self.words.get((patient.pk, purpose), (None, ())), on).word(channel)
        if word is None:
            return self.unasked[purpose]
        by_guardian = word.said_by == Consent.SaidBy.GUARDIAN
        return word.holds(on) and (by_guardian or purpose == Purpose.CARE or not patient.needs_guardian(on))


def standings_of(patients: Iterable[Patient], purposes: Collection[Purpose]) -> Standings:
    """With two questions, however many they are."""
    told = Consent.objects.filter(patient__in=[each.pk for each in patients], purpose__in=purposes)
    last: dict[tuple[int, str], dict[tuple[str, str], Consent]] = {}
    for one in told.in_order():
        last.setdefault((one.patient_id, one.purpose), {})[one.purpose, one.channel] = one
    words = {key: _of_purpose(Purpose(key[1]), said) for key, said in last.items()}
    return Standings(words, {purpose: allowed_unasked(purpose) for purpose in purposes})


@dataclass(frozen=True)
class Disagreement:
    """Two records tell a yes and a no of one thing; `last` is the word that counts once they are one."""

    purpose: Purpose
    channel: str
    last: Consent

    @property
    def told(self) -> str:
        """What will count, in words."""
        return self.last.told_on(self.channel)


def disagreements(one: Patient, other: Patient, on: date) -> list[Disagreement]:
    """On what the words of the two differ that day; what holds for all channels is named once."""
    first, second = standing_of(one, on), standing_of(other, on)
    found = []
    for purpose in Purpose:
        for channel in ("", *Consent.Channel.values):
            words = first[purpose].word(channel), second[purpose].word(channel)
            if words[0] and words[1] and words[0].holds(on) != words[1].holds(on):
                last = words[0] if rules.is_later(words[0], words[1]) else words[1]
                found.append(Disagreement(purpose, channel, last))
                if not channel:
                    break
    return found


def _of_purpose(
    purpose: Purpose, last: Mapping[tuple[str, str], Consent]
) -> tuple[Consent | None, tuple[Consent, ...]]:
    said = last.get((purpose, ""))
    single = (one for (what, channel), one in last.items() if what == purpose and channel)
    return said, tuple(one for one in single if said is None or rules.is_later(one, said))


def allowed_unasked(purpose: Purpose, surveys: bool | None = None) -> bool:
    """Care rests on the treatment itself (PIPL art. 13); surveys as the hospital decides; the rest needs a word."""
    if purpose == Purpose.SURVEY:
        return bool(Setting.objects.number(SURVEYS)) if surveys is None else surveys
    return purpose == Purpose.CARE


@transaction.atomic
def add_wording(
    *, purpose: Purpose, text_zh: str, text_en: str, actor: Actor, at: datetime, submission: UUID | None = None
) -> ConsentWording:
    """New decisions are made in these words; those of before keep theirs.

    Raises DuplicateSubmission, WordingUnchanged.
    """

    def create() -> ConsentWording:
        held = list(ConsentWording.objects.select_for_update().filter(purpose=purpose).order_by("version"))
        if held and (held[-1].text_zh, held[-1].text_en) == (text_zh, text_en):
            raise WordingUnchanged
        version = held[-1].version + 1 if held else 1
        texts = {"text_zh": text_zh, "text_en": text_en}
        row = ConsentWording.objects.create(purpose=purpose, version=version, **texts, added_at=at, added_by=actor)
        audit.record(actor=actor, verb="consent_wording.added", subject=row, at=at)
        return row

    return create_once(submission=submission, kind=ConsentWording._meta.label, create=create, actor=actor, at=at)


audit.name_fields({one.value: one.label for one in Purpose})
audit.name_verbs(
    {
        "patient.consent_given": _("Consent given"),
        "patient.consent_withdrawn": _("Consent withdrawn"),
        "consent_wording.added": _("Consent wording added"),
        "patient.evidence_opened": _("Signed paper of a patient opened"),
    }
)
