"""What was merged, and how it is undone."""

from collections import Counter
from collections.abc import Iterable

from django.apps import apps
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.errors import DomainError
from patients.models import Merge, Patient
from patients.services.following import newer_rows
from patients.services.merges import later_merge, moved_rows
from patients.services.unmerging import changed_since, counted, undo_merge

from .sides import label_of


@require_safe
@needs(Capability.FIND_PEOPLE)
def merge_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Who was merged with whom, by whom; and what undoing would leave as it is."""
    merge = _merge(request, pk)
    is_open = merge.undone_at is None
    is_gone = bool(merge.survivor.erased_at or merge.merged.erased_at)
    can_undo = request.user.can(Capability.UNDO_MERGES)
    stays = changed_since(merge) if is_open else merge.stayed
    context = {
        "merge": merge,
        "may_undo": is_open and not is_gone and can_undo,
        "others_undo": is_open and not is_gone and not can_undo,
        "later": later_merge(merge) if is_open else None,
        "stays": [label_of(group) for group in stays],
        "stayed_rows": _in_words(counted(merge.stayed_rows)),
        "new_rows": _in_words(counted(newer_rows(merge)) if is_open and not is_gone else merge.stayed_new),
        "sees_merged": is_open or Patient.objects.visible_to(request.user).filter(pk=merge.merged_id).exists(),
        "rows": moved_rows(merge),
        "now": timezone.now(),
    }
    return render(request, "patients/merge_detail.html", context)


def _in_words(rows: Iterable[tuple[str, int]]) -> list[str]:
    """How many rows there are of each kind: by their names, as far as readers know the kind."""
    numbers: Counter[str] = Counter()
    for label, number in rows:
        options = apps.get_model(label)._meta
        numbers[str(options.verbose_name) if "verbose_name" in options.original_attrs else _("Other lines")] += number
    return [f"{name} {number}" for name, number in numbers.items()]


@post_only
@needs(Capability.UNDO_MERGES)
def merge_undo(request: StaffRequest, pk: int) -> HttpResponse:
    merge = _merge(request, pk)
    try:
        undo_merge(merge=merge, actor=request.user.actor, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Two records again"))
    return redirect("patients:merge_detail", pk=pk)


def _merge(request: StaffRequest, pk: int) -> Merge:
    seen = Merge.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("survivor", "merged", "merged_by__staff", "undone_by__staff"), pk=pk)
