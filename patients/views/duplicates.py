"""People who may be one: the list, the two side by side, and what becomes of them."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs, post_only
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import create_page
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.paging import capped_count, page_of
from jobs.pages import offered
from patients.forms import CompareForm, MergeForm
from patients.models import DuplicatePair, Merge, Patient, Relation
from patients.querysets.duplicates import DECIDED
from patients.services import duplicates as services
from patients.services.consents import disagreements
from patients.services.merges import AlreadyMerged, PeopleChanged, merge_patients

from .sides import choices_of, facts_of, label_of
from .whom import patient_of

ORDERING = ("-score", "-id")
SHOWN = {
    DuplicatePair.State.OPEN.value: gettext_lazy("To be looked at"),
    DECIDED: gettext_lazy("Two people"),
    DuplicatePair.State.MERGED.value: gettext_lazy("Merged"),
}


@require_safe
@needs(Capability.MERGE_PATIENTS)
def duplicate_list(request: StaffRequest) -> HttpResponse:
    state = _state_of(request.GET.get("state", ""))
    pairs = DuplicatePair.objects.visible_to(request.user).in_state(state)
    page = page_of(pairs.with_people(), request, ordering=ORDERING)
    clock = {"now": timezone.now(), "today": timezone.localdate()}
    waits = Patient.objects.on_file().filter(compared_at__isnull=True).exists()
    context = {
        "chips": _chips(request.path, state),
        "page": page,
        "count": capped_count(pairs),
        "waits": waits,
        "export": offered(request, state=state),
        **clock,
    }
    return render_part(request, "patients/duplicate_list.html", "rows", context)


def _state_of(text: str) -> str:
    """Which of them the page shows; what is to be looked at, if nothing else is asked for."""
    return text if text in SHOWN else DuplicatePair.State.OPEN.value


def _chips(path: str, current: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": path if state == "open" else f"{path}?state={state}", "is_current": state == current}
        for state, label in SHOWN.items()
    ]


@needs(Capability.MERGE_PATIENTS)
def duplicate_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Side by side; sent, the two are one."""
    pair = _pair(request, pk)
    form = MergeForm(request.POST or None, pair=pair)
    for patient in (pair.older, pair.newer):
        audit.record_look(actor=request.user.actor, verb="patient.opened", subject=patient, at=timezone.now())

    def merge() -> Merge:
        try:
            return merge_patients(
                survivor=form.survivor,
                merged=form.merged,
                take=form.take,
                seen=form.seen,
                actor=request.user.actor,
                at=timezone.now(),
                submission=form.submission,
            )
        except PeopleChanged as changed:
            changed.fresh = form.as_now
            raise

    answer = create_page(
        request,
        form=form,
        create=merge,
        done_url=_survivor_url,
        template="patients/duplicate_detail.html",
        context=_side_by_side(request, pair, form),
        said=lambda key: _merged_words(request, key),
    )
    if request.method == "POST" and answer.status_code == HTTPStatus.OK and _is_merged(_pair(request, pk)):
        messages.error(request, str(AlreadyMerged()))  # nothing is left to choose: as they are now
        return redirect("patients:duplicate_detail", pk=pk)
    return answer


def _side_by_side(request: StaffRequest, pair: DuplicatePair, form: MergeForm) -> dict[str, Any]:
    is_merged = _is_merged(pair)
    return {
        "pair": pair,
        "facts": facts_of(pair.older, pair.newer, reader=request.user, with_numbers=is_merged),
        "choices": choices_of(form),
        "changed": [label_of(group) for group in form.changed],
        "disagreements": [] if is_merged else disagreements(pair.older, pair.newer, timezone.localdate()),
        "are_relatives": Relation.objects.open().between(pair.older, pair.newer).exists(),
        "is_merged": is_merged,
        "gone": [each for each in (pair.older, pair.newer) if each.merged_into_id],
        "today": timezone.localdate(),
        "now": timezone.now(),
    }


def _is_merged(pair: DuplicatePair) -> bool:
    """One of the two leads to another record: to the other of them, or to a third."""
    return bool(pair.older.merged_into_id or pair.newer.merged_into_id)


def _merged_words(request: StaffRequest, merge: int) -> str:
    """With the way back, as long as one remembers what one has just done."""
    link = _("Undo") if request.user.can(Capability.UNDO_MERGES) else _("See the merge")
    url = reverse("patients:merge_detail", args=[merge])
    return format_html('{} <a href="{}">{}</a>', _("Merged into one record."), url, link)


def _survivor_url(merge: int) -> str:
    return reverse("patients:patient_detail", args=[Merge.objects.values_list("survivor", flat=True).get(pk=merge)])


def _pair(request: StaffRequest, pk: int) -> DuplicatePair:
    seen = DuplicatePair.objects.visible_to(request.user).with_people()
    return get_object_or_404(seen.prefetch_related("older__identifiers", "newer__identifiers"), pk=pk)


@post_only
@needs(Capability.MERGE_PATIENTS)
def duplicate_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Family, or another person, or to be looked at again; then the next pair."""
    pair, verdict = _pair(request, pk), request.POST.get("verdict", "")
    at, actor = timezone.now(), request.user.actor
    try:
        if verdict in services.VERDICTS:
            services.decide_pair(pair=pair, verdict=DuplicatePair.State(verdict), actor=actor, at=at)
        elif verdict == DuplicatePair.State.OPEN:
            services.reopen_pair(pair=pair, actor=actor, at=at)
            return redirect("patients:duplicate_detail", pk=pk)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("patients:duplicate_detail", pk=pk)
    messages.success(request, _("Remembered: two people"))
    return redirect("patients:duplicate_list")


@needs(Capability.MERGE_PATIENTS)
def patient_compare(request: StaffRequest, pk: int) -> HttpResponse:
    """With any other record, by its number: side by side."""
    visible = Patient.objects.visible_to(request.user)
    patient = patient_of(request, pk)
    form = CompareForm(request.POST or None)

    def pair() -> DuplicatePair:
        found = services.find_by_number(form.cleaned_data["number"], among=visible)
        return services.pair_up(one=patient, other=found, at=timezone.now())

    return create_page(
        request,
        form=form,
        create=pair,
        done_url=lambda made: reverse("patients:duplicate_detail", args=[made]),
        template="patients/patient_compare.html",
        context={"patient": patient},
    )
