"""Colleagues: for the administrator."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, Role, StaffRequest, needs, post_only
from accounts.filters import StaffFilter
from accounts.forms import StaffCreateForm, StaffEditForm
from accounts.models import Absence, ApiToken, AuditEntry, Staff
from accounts.querysets.staff import BY_NAME
from accounts.services import leaving, passwords
from accounts.services import staff as services
from accounts.views.one_time_passwords import show_password
from accounts.views.submissions import answer_again
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.errors import DomainError, DuplicateSubmission
from hospital_crm.lib.forms import edit_page, kept_as
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.paging import capped_count, page_of


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def staff_list(request: StaffRequest) -> HttpResponse:
    query = request.GET.copy()
    query.setdefault("is_active", "true")
    people = StaffFilter(query, queryset=Staff.objects.with_work())
    page = page_of(people.qs, request, ordering=BY_NAME)
    context = {"filter": people, "page": page, "count": capped_count(people.qs)}
    return render_part(request, "accounts/staff_list.html", "rows", context)


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def staff_detail(request: StaffRequest, pk: int) -> HttpResponse:
    staff = get_object_or_404(Staff.objects.with_work(), pk=pk)
    context = {
        "staff": staff,
        "absences": Absence.objects.standing().filter(staff=staff).select_related("deputy").order_by("-starts_on")[:10],
        "history": AuditEntry.objects.about(staff).select_related("actor__staff").newest_first()[:10],
        "tokens": ApiToken.objects.unrevoked().filter(staff=staff).order_by("-created_at"),
        "now": timezone.now(),
        "is_self": staff.pk == request.user.pk,
    }
    return render(request, "accounts/staff_detail.html", context)


@needs(Capability.MANAGE_SETTINGS)
def staff_create(request: StaffRequest) -> HttpResponse:
    form = StaffCreateForm(request.POST or None)
    if answer := answer_again(request, form, Staff._meta.label, _password_url):
        return answer
    if request.method == "POST" and form.is_valid():
        password = passwords.one_time_password()
        try:
            staff = _create(request, form, password)
        except DuplicateSubmission as duplicate:
            messages.info(request, str(duplicate))
            return redirect(_password_url(duplicate.subject_id))
        except DomainError as error:
            form.add_error(None, str(error))
        except IntegrityError:
            form.full_clean()  # somebody took the name or number a moment ago: now the form sees it
            if form.is_valid():
                raise
        else:
            return show_password(request, staff, password)
    return render(request, "accounts/staff_create.html", {"form": form, "keep": kept_as(request)})


def _create(request: StaffRequest, form: StaffCreateForm, password: str) -> Staff:
    values = {name: form.cleaned_data[name] for name in form.Meta.fields}
    return services.create_staff(
        **values,
        roles=form.cleaned_data["roles"],
        password=password,
        actor=request.user.actor,
        at=timezone.now(),
        submission=form.submission,
    )


@needs(Capability.MANAGE_SETTINGS)
def staff_edit(request: StaffRequest, pk: int) -> HttpResponse:
    staff = get_object_or_404(Staff.objects.with_work(), pk=pk)
    form = StaffEditForm(resolved(request.POST) or None, instance=staff)
    resigns = (
        pk == request.user.pk and request.method == "POST" and Role.ADMINISTRATOR not in request.POST.getlist("roles")
    )

    def save() -> None:
        services.update_staff(
            staff=get_object_or_404(Staff, pk=pk),
            version=form.version,
            values=form.values,
            roles=form.cleaned_data["roles"],
            actor=request.user.actor,
            at=timezone.now(),
        )
        if resigns:
            messages.info(request, _("You are no longer an administrator."))

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=reverse("accounts:my_account") if resigns else reverse("accounts:staff_detail", args=[pk]),
        template="accounts/staff_edit.html",
        context={"staff": staff},
    )


@needs(Capability.MANAGE_SETTINGS)
def staff_reset_password(request: StaffRequest, pk: int) -> HttpResponse:
    staff = get_object_or_404(Staff, pk=pk)
    if not staff.is_active:
        return has_left(request, staff)
    if request.method != "POST":
        return render(request, "accounts/staff_reset_password.html", {"staff": staff})
    try:
        password = passwords.reset_password(staff=staff, actor=request.user.actor, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("accounts:staff_detail", pk=pk)
    return show_password(request, staff, password)


@needs(Capability.MANAGE_SETTINGS)
def staff_deactivate(request: StaffRequest, pk: int) -> HttpResponse:
    staff = get_object_or_404(Staff.objects.with_work(), pk=pk)
    if request.method != "POST":
        return render(request, "accounts/staff_deactivate.html", {"staff": staff})
    return _act(request, leaving.deactivate_staff, staff, done=_("Deactivated"))


@post_only
@needs(Capability.MANAGE_SETTINGS)
def staff_reactivate(request: StaffRequest, pk: int) -> HttpResponse:
    staff = get_object_or_404(Staff.objects.with_work(), pk=pk)
    return _act(request, leaving.reactivate_staff, staff, done=_("Reactivated"))


def _act(request: StaffRequest, service: Any, staff: Staff, *, done: str) -> HttpResponse:
    try:
        service(staff=staff, actor=request.user.actor, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("accounts:staff_detail", pk=staff.pk)


def _password_url(pk: int) -> str:
    return reverse("accounts:staff_password", args=[pk])


def has_left(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Somebody deactivated the person while this page was open."""
    messages.error(request, str(leaving.StaffAlreadyInactive()))
    return redirect("accounts:staff_detail", pk=staff.pk)
