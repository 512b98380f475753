"""An import: bring a file, say what its columns are, look, try, run, fetch what was left out."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, polled, post_only
from hospital_crm.lib.acts import act_once
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import create_page, kept_as
from hospital_crm.lib.paging import page_of
from patients.forms.imports import OF_COLUMN, ImportForm, MappingForm, StartForm
from patients.models import Import
from patients.services.imports import failures, mappings, previews, runs

SHOWN_FAULTS = 50


@require_safe
@needs(Capability.IMPORT_PATIENTS)
def import_list(request: StaffRequest) -> HttpResponse:
    page = page_of(Import.objects.visible_to(request.user).with_card(), request, ordering=("-pk",))
    return render(request, "patients/import_list.html", {"page": page, "now": timezone.now()})


@needs(Capability.IMPORT_PATIENTS)
def import_create(request: StaffRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)

    def create() -> Import:
        return runs.bring_file(
            kind=Import.Kind(form.cleaned_data["kind"]),
            content=form.cleaned_data["file"],
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda pk: reverse("patients:import_map", args=[pk]),
        template="patients/import_create.html",
        context={},
    )


@needs(Capability.IMPORT_PATIENTS)
def import_map(request: StaffRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    proposed = mappings.propose_mapping(run.kind, run.header)
    form = MappingForm(request.POST or None, run=run, proposed=proposed, examples=previews.examples_of(run))
    if request.method == "POST" and form.is_valid():
        try:
            runs.map_columns(
                run=run,
                mapping=form.mapping,
                remember_as=form.cleaned_data["remember_as"],
                actor=request.user.actor,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(_field_of(refusal), str(refusal))
        else:
            return redirect("patients:import_detail", pk=pk)
    return render(request, "patients/import_map.html", {"form": form, "run": run, "keep": kept_as(request)})


@require_safe
@needs(Capability.IMPORT_PATIENTS)
def import_detail(request: StaffRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    if not run.columns and run.file is not None:
        return redirect("patients:import_map", pk=pk)
    context = {**_progress(run), "preview": None, "refusal": "", "submission": uuid4()}
    context["tells_nobody"] = bool(run.columns) and not mappings.identifies(run.kind, run.columns)
    context["names_no_guardian"] = run.kind == Import.Kind.PATIENTS and not run.columns.get("guardian")
    if run.file is not None and not run.is_imported:
        try:
            context["preview"] = previews.preview_of(run)
        except DomainError as refusal:
            context["refusal"] = str(refusal)
    return render(request, "patients/import_detail.html", context)


@require_safe
@polled
@needs(Capability.IMPORT_PATIENTS)
def import_progress(request: StaffRequest, pk: int) -> HttpResponse:
    """The page itself asks again while the import runs; when it is over the whole page is read anew."""
    run = _run(request, pk)
    answer = render(request, "patients/import_detail.html#progress", _progress(run))
    if not run.is_running:
        answer["HX-Refresh"] = "true"
    return answer


@post_only
@needs(Capability.IMPORT_PATIENTS)
def import_start(request: StaffRequest, pk: int) -> HttpResponse:
    run, form = _run(request, pk), StartForm(request.POST)
    if form.is_valid():
        is_trial = form.cleaned_data["trial"]

        def start() -> Import:
            return runs.start_import(
                run=run, is_trial=is_trial, actor=request.user.actor, at=timezone.now(), submission=form.submission
            )

        act_once(request, start)
    return redirect("patients:import_detail", pk=pk)


@require_safe
@needs(Capability.IMPORT_PATIENTS)
def import_faults(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The rows that were not imported, as they stood in the file, with why not."""
    try:
        lines = previews.faulty_rows(_run(request, pk), actor=request.user.actor, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("patients:import_detail", pk=pk)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{pk}-left-out.csv"'
    return answer


def _run(request: StaffRequest, pk: int) -> Import:
    return get_object_or_404(Import.objects.visible_to(request.user).with_card(), pk=pk)


def _progress(run: Import) -> dict[str, Any]:
    shown = run.faults.order_by("row", "pk")[:SHOWN_FAULTS]
    faults = [(fault.row, previews.words_of(run.kind, fault.field, fault.code)) for fault in shown]
    return {"run": run, "faults": faults, "failure": failures.words_of_failure(run), "now": timezone.now()}


def _field_of(refusal: DomainError) -> str | None:
    if isinstance(refusal, mappings.MappingIncomplete):
        return f"{OF_COLUMN}{refusal.missing}"
    return refusal.field or None
