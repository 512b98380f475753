from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs, post_only
from accounts.forms import AbsenceForm
from accounts.models import Absence, Staff
from accounts.services import absences as services
from accounts.views.people import has_left
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import create_page


@needs(Capability.MANAGE_SETTINGS)
def absence_create(request: StaffRequest, staff_pk: int) -> HttpResponse:
    staff = get_object_or_404(Staff, pk=staff_pk)
    if not staff.is_active:
        return has_left(request, staff)
    form = AbsenceForm(request.POST or None, instance=Absence(staff=staff))

    def create() -> Model:
        return services.record_absence(
            staff=staff,
            starts_on=form.cleaned_data["starts_on"],
            ends_on=form.cleaned_data["ends_on"],
            deputy=form.cleaned_data["deputy"],
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: reverse("accounts:staff_detail", args=[staff.pk]),
        template="accounts/absence_create.html",
        context={"staff": staff},
    )


@post_only
@needs(Capability.MANAGE_SETTINGS)
def absence_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    absence = get_object_or_404(Absence.objects.select_related("staff"), pk=pk)
    try:
        services.cancel_absence(absence=absence, actor=request.user.actor, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Absence cancelled"))
    return redirect("accounts:staff_detail", pk=absence.staff_id)
