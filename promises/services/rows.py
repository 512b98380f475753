"""What the apps below owe is a row there: from it the promise is made, once, and kept when the row is done."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext

from accounts.models import Actor, Department, Team
from promises.models import Promise, PromiseEvent
from promises.querysets.promises import PromiseQuerySet

from .changes import PromiseAlreadyOver, PromiseHasChanged
from .closing import close_of_row, close_without_row
from .promises import make_promise, place_of
from .sources import SOURCES, Source
from .texts import add_text

log = logging.getLogger(__name__)
AT_LEAST = timedelta(hours=1)  # for what was written down when its time was over
BATCH = 200


def keep_up_with_rows(*, actor: Actor, at: datetime) -> int:
    """Every open row has its promise, and the promises of those that are done are kept; how many changed.

    However often it runs, and however many run at once, a row has one promise.
    """
    steps = (_make, _keep, _withdraw, _settle)
    return sum(step(source, actor, at) for source in SOURCES for step in steps)


def _make(source: Source, actor: Actor, at: datetime) -> int:
    new = source.rows().open().exclude(_taken_up(source, Promise.objects.all())).order_by("pk")
    return _each(source, new[:BATCH], lambda row: _make_one(source, row, actor, at))


def _taken_up(source: Source, promises: PromiseQuerySet) -> Q:
    """Rows from which one of these was made, or that were added to one."""
    added = PromiseEvent.objects.filter(~Q(source=""), source=_key_of(source), promise__in=promises)
    return Q(Exists(promises.filter(source=_key_of(source)))) | Q(Exists(added))


def _is_taken_up(source: Source, row: Any) -> bool:
    return bool(source.rows().filter(_taken_up(source, Promise.objects.all()), pk=row.pk).exists())


def _each(source: Source, rows: Any, act: Callable[[Any], bool]) -> int:
    """In how many it changed something. A row with which nothing can be done keeps none of the others waiting."""
    changed = 0
    for key in list(rows.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                changed += act(source.rows().get(pk=key))
        except Exception:
            log.exception("no promise of %s:%s", source.code, key)
    return changed


def _make_one(source: Source, row: Any, actor: Actor, at: datetime) -> bool:
    """Whether it was made, or added to one: not where nobody could keep it, until somebody can."""
    try:
        with transaction.atomic():
            return _added(source, row, actor, at) or _made(source, row, actor, at)
    except IntegrityError:  # another worker was quicker
        if _is_taken_up(source, row):
            return False
        raise


def _added(source: Source, row: Any, actor: Actor, at: datetime) -> bool:
    """To the one that is open for the same person; nobody ends it meanwhile."""
    target = source.target(row)
    if not source.is_one_a_person or target is None:
        return False
    waiting = _promises(source).open().of_target(target).order_by("pk").select_for_update().first()
    if waiting is None or _is_taken_up(source, row):
        return False
    due_at = _due(source, row, waiting.department, at)
    add_text(promise=waiting, source=row.key, due_at=due_at, actor=actor, at=at)
    return True


def _is_waited_for(source: Source, row: Any) -> bool:
    """Another worker has made one for the same person at this moment: to that one the next run adds the row.

    Nobody makes a second one while this transaction holds the person.
    """
    target = source.target(row)
    if not source.is_one_a_person or target is None:
        return False
    type(target)._default_manager.select_for_update(no_key=True).get(pk=target.pk)
    return _promises(source).open().of_target(target).exists()


def _made(source: Source, row: Any, actor: Actor, at: datetime) -> bool:
    owner = source.owner(row, at)
    if owner is None or _is_waited_for(source, row):
        return False
    place = place_of(None, owner) if isinstance(owner, Team) else place_of(owner, None)
    keeper = {"team": owner} if isinstance(owner, Team) else {"owner": owner}
    make_promise(
        target=source.target(row),
        kind=source.kind,
        due_at=_due(source, row, place, at),
        **keeper,
        note=source.note(row),
        source=row.key,
        excluded=source.excluded(row),
        actor=actor,
        at=at,
    )
    return True


def _due(source: Source, row: Any, place: Department | None, at: datetime) -> datetime:
    return max(source.due(row, place), at + AT_LEAST)


def _keep(source: Source, actor: Actor, at: datetime) -> int:
    """Not where the promise says when the row is done: one that is open again was settled by mistake."""
    if source.settle is not None:
        return 0
    waiting = {promise.source: promise for promise in _promises(source).open()}
    keys = [int(key.rpartition(":")[2]) for key in waiting]
    still = source.rows().open().filter(pk__in=keys).values("pk")
    done = source.rows().filter(pk__in=keys).exclude(pk__in=still)
    return _each(source, done, lambda row: _keep_one(waiting[row.key], source.done_by(row) or actor, at))


def _withdraw(source: Source, actor: Actor, at: datetime) -> int:
    """Nobody can do what a row asked for that is gone."""
    waiting = {int(promise.source.rpartition(":")[2]): promise for promise in _promises(source).open()}
    there = set(source.rows().filter(pk__in=waiting).values_list("pk", flat=True))
    return sum(_withdraw_one(waiting[key], actor, at) for key in waiting.keys() - there)


def _settle(source: Source, actor: Actor, at: datetime) -> int:
    """A row whose promise is over is done with it, whoever ended the promise and how."""
    if source.settle is None:
        return 0
    settle, over = source.settle, Promise.objects.exclude(state=Promise.State.OPEN)
    done = source.rows().open().filter(_taken_up(source, over))
    return _each(source, done[:BATCH], lambda row: bool(settle(row, _ended_by(row) or actor, at)))


def _ended_by(row: Any) -> Actor | None:
    made = Promise.objects.filter(source=row.key).first()
    return (made or Promise.objects.get(events__source=row.key)).ended_by


def _promises(source: Source) -> PromiseQuerySet:
    return Promise.objects.filter(kind=source.kind, source__startswith=f"{source.code}:")


def _key_of(source: Source) -> Concat:
    return Concat(Value(f"{source.code}:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())


def _withdraw_one(promise: Promise, actor: Actor, at: datetime) -> bool:
    try:
        close_without_row(promise=promise, reason=gettext("What it was made from is gone."), actor=actor, at=at)
    except (PromiseAlreadyOver, PromiseHasChanged):
        return False
    return True


def _keep_one(promise: Promise, actor: Actor, at: datetime) -> bool:
    try:
        close_of_row(promise=promise, actor=actor, at=at)
    except (PromiseAlreadyOver, PromiseHasChanged):  # the next run looks again
        return False
    return True
