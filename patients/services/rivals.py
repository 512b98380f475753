"""What cannot just be moved when two records become one: what there may be one of, and what both of them hold."""

from datetime import datetime

from accounts.models import Actor
from patients.models import DuplicatePair, Patient, Phone

from .both_employers import join_employments
from .both_families import settle_relations
from .moving import Step, change, remove
from .phone_checks import joined_check


def settle_rivals(survivor: Patient, merged: Patient) -> list[Step]:
    """Of what there may be one only: the survivor's number to dial first stays that, relatives are one family, and
    somebody works at a place once.
    """
    steps: list[Step] = []
    if survivor.phones.filter(is_primary=True).exists():
        for phone in Phone.objects.filter(patient=merged, is_primary=True):
            steps += change(phone, is_primary=False)
    joined = _join_phones(survivor, merged) + join_employments(survivor, merged)
    return steps + joined + settle_relations(survivor, merged)


def _join_phones(survivor: Patient, merged: Patient) -> list[Step]:
    """Of a number that both have, what was found out last is known, and when somebody was last spoken with on it."""
    steps: list[Step] = []
    for theirs in Phone.objects.filter(patient=merged).order_by("pk"):
        ours = survivor.phones.filter(digits=theirs.digits, extension=theirs.extension).first()
        if ours is not None and (joined := joined_check(ours, theirs)):
            steps += change(ours, **joined)
    return steps


def settle_pairs(survivor: Patient, merged: Patient, actor: Actor, at: datetime) -> list[Step]:
    """The two are looked at; whoever else looked like the merged one is compared with the survivor."""
    steps: list[Step] = []
    for pair in DuplicatePair.objects.of(merged).order_by("pk"):
        other = pair.newer_id if pair.older_id == merged.pk else pair.older_id
        older, newer = sorted((other, survivor.pk))
        if other == survivor.pk:
            steps += change(pair, state=DuplicatePair.State.MERGED, decided_at=at, decided_by_id=actor.pk)
        elif DuplicatePair.objects.filter(older=older, newer=newer).exists():
            steps += remove(pair)
        else:
            steps += change(pair, older_id=older, newer_id=newer)
    return steps
