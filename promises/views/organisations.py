"""What is owed to an organisation: a panel of its page, and one thing more."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.forms import create_page
from hospital_crm.lib.htmx import render_part
from patients.models import Organisation
from promises.forms import OrganisationPromiseForm
from promises.models import Promise
from promises.services.deadlines import years_unconfirmed
from promises.services.organisations import promise_to_organisation


@require_safe
@needs(Capability.SEE_ORGANISATIONS)
def for_organisation(request: StaffRequest, organisation_pk: int) -> HttpResponse:
    """What is open: that it exists, until when and whose; the text only for whom it concerns."""
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=organisation_pk)
    today = timezone.localdate()
    ahead = list(Promise.objects.ahead_of(organisation, request.user, today))
    context = {
        "organisation": organisation,
        "ahead": ahead,
        "unconfirmed": years_unconfirmed(ahead, today=today),
        "now": timezone.now(),
        "today": today,
    }
    return render_part(request, "promises/for_organisation.html", "ahead", context)


@needs(Capability.SEE_ORGANISATIONS)
def organisation_promise_create(request: StaffRequest, organisation_pk: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), pk=organisation_pk)
    asked = {"kind": request.GET.get("kind", "")[:20]} if "kind" in request.GET else {}
    form = OrganisationPromiseForm(request.POST or None, initial={"owner": request.user.pk, **asked})

    def create() -> Promise:
        typed = form.cleaned_data
        return promise_to_organisation(
            organisation=organisation,
            kind=Promise.Kind(typed["kind"]),
            due_at=typed["due_at"],
            owner=typed["owner"],
            note=typed["note"],
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda _pk: reverse("patients:organisation_detail", args=[organisation_pk]),
        template="promises/organisation_promise_create.html",
        context={"organisation": organisation},
    )
