"""Who the caller was: somebody on file, or somebody new."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Capability, StaffRequest, needs
from consult.forms import NewPatientForm
from consult.models import Call
from consult.services import callers as services
from consult.views.rows import visible
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.keys import read_key
from patients.models import Contact, Patient, Sex
from patients.querysets import PatientQuerySet
from patients.services.looks import record_question

FOUND = 8
LONGEST_QUESTION = 80


@needs(Capability.SEE_CALLS)
def call_caller(request: StaffRequest, pk: int) -> HttpResponse:
    """Search first; whoever is on file already is one press away, and a new patient is made from what was told."""
    call = get_object_or_404(visible(request).with_card(), pk=pk)
    if call.contact is None:
        messages.info(request, str(services.CallerIsKnown()))
        return redirect("consult:call_detail", pk=pk)
    form = NewPatientForm(request.POST if "register" in request.POST else None, initial=_told(call))
    if request.method == "POST" and (done := _act(request, call, form)):
        return done
    typed = request.GET.get("q", "")[:LONGEST_QUESTION].replace("\0", "")
    record_question(typed, actor=request.user.actor, at=timezone.now())
    people = _meant(request, call.contact, typed).with_card().latest_contact_first()[:FOUND]
    context = {"call": call, "form": form, "q": typed, "people": people, "is_child": services.is_of_child(call)}
    return render(
        request, "consult/call_caller.html", {**context, "now": timezone.now(), "today": timezone.localdate()}
    )


def _meant(request: StaffRequest, caller: Contact, typed: str) -> PatientQuerySet:
    """By what was typed, else by the name that was told, else by the number, which nobody is shown for that."""
    people = Patient.objects.visible_to(request.user)
    text = typed.strip() or caller.name
    return people.found_by(text) if text else people.behind_number(caller.digits)


def _told(call: Call) -> dict[str, str]:
    return {"name": call.target.name, "sex": call.sex}


def _act(request: StaffRequest, call: Call, form: NewPatientForm) -> HttpResponse | None:
    actor, now = request.user.actor, timezone.now()
    try:
        if "register" in request.POST:
            if not form.is_valid():
                return None
            new = services.NewPatient(form.cleaned_data["name"], Sex(form.cleaned_data["sex"]))
            patient = services.register_caller(call=call, new=new, actor=actor, at=now)
        elif "patient" not in request.POST:
            messages.error(request, _("Choose somebody of the list, or register a new patient."))
            return None
        else:
            key = read_key(request.POST.get("patient", ""))
            known = Patient.objects.visible_to(request.user)
            patient = get_object_or_404(known.known_as(key))
            services.name_caller(call=call, patient=patient, actor=actor, at=now)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The caller is %(name)s") % {"name": patient.name})
    return redirect("consult:call_detail", pk=call.pk)
