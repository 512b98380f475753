from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs
from accounts.forms import TeamCreateForm, TeamEditForm
from accounts.models import Team
from accounts.services import teams as services
from accounts.views.submissions import answer_again
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.forms import create_page, edit_page


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def team_list(request: StaffRequest) -> HttpResponse:
    teams = Team.objects.select_related("lead").annotate(people=Count("members")).order_by("-is_active", "name_zh")
    return render(request, "accounts/team_list.html", {"teams": teams})


@needs(Capability.MANAGE_SETTINGS)
def team_create(request: StaffRequest) -> HttpResponse:
    form = TeamCreateForm(request.POST or None)
    if answer := answer_again(request, form, Team._meta.label, _place_in_list):
        return answer

    def create() -> Team:
        return services.create_team(
            values={name: form.cleaned_data[name] for name in form.Meta.fields},
            members=form.cleaned_data["members"],
            actor=request.user.actor,
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=_place_in_list,
        template="accounts/team_create.html",
        context={},
    )


@needs(Capability.MANAGE_SETTINGS)
def team_edit(request: StaffRequest, pk: int) -> HttpResponse:
    team = get_object_or_404(Team, pk=pk)
    form = TeamEditForm(resolved(request.POST) or None, instance=team)

    def save() -> Team:
        return services.update_team(
            team=get_object_or_404(Team, pk=pk),
            version=form.version,
            values=form.values,
            members=form.cleaned_data["members"],
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=_place_in_list(pk),
        template="accounts/team_edit.html",
        context={"team": team},
    )


def _place_in_list(pk: int) -> str:
    return reverse("accounts:team_list") + f"#team-{pk}"
