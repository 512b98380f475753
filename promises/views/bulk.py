"""A promise to each of the patients that were chosen on their list: for whoever leads."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.forms import create_page
from hospital_crm.lib.paging import capped_count
from patients.models import BulkAct, Selection
from patients.services.selections import people_of
from promises.forms import BulkForm
from promises.models import Promise
from promises.services.bulk import Owed, request_promises


@needs(Capability.REASSIGN_IN_BULK)
def promise_bulk(request: StaffRequest, selection_pk: int) -> HttpResponse:
    """What each of them is promised, by when, and who owes it."""
    selection = get_object_or_404(Selection.objects.visible_to(request.user), pk=selection_pk)
    form = BulkForm(request.POST or None, leader=request.user)

    def create() -> BulkAct:
        typed = form.cleaned_data
        kind, owner, team = Promise.Kind(typed["kind"]), typed["owner"], typed["team"]
        return request_promises(
            selection=selection,
            owed=Owed(kind, typed["due_at"], owner, team, typed["note"]),
            staff=request.user,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda key: reverse("patients:bulk_detail", args=[key]),
        template="promises/promise_bulk.html",
        context={"selection": selection, "count": capped_count(people_of(selection, request.user))},
    )
