"""Views of lists that somebody has saved: one's own, of all lists."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from accounts.forms import SavedViewEditForm, SavedViewForm
from accounts.models import SavedView
from accounts.services import list_views
from accounts.services import saved_views as services
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.forms import create_page, edit_page


@require_safe
@needs(Capability.USE_OWN_ACCOUNT)
def saved_view_list(request: StaffRequest) -> HttpResponse:
    """List by list."""
    views = SavedView.objects.visible_to(request.user).order_by("list", "name", "pk")
    rows = [
        {"view": view, "list": services.LISTS[view.list], "url": list_views.url_of(view.list, view.query)}
        for view in views
        if view.list in services.LISTS
    ]
    return render(request, "accounts/saved_view_list.html", {"rows": rows})


@needs(Capability.USE_OWN_ACCOUNT)
def saved_view_create(request: StaffRequest) -> HttpResponse:
    """A list leads here, with its name and its conditions in the address."""
    asked = {name: request.GET.get(name, "") for name in ("list", "query")}
    form = SavedViewForm(request.POST or None, initial=asked)
    if not request.POST and asked["list"] not in services.LISTS:
        messages.info(request, _("Open the list, set its conditions, and save the view there."))
        return redirect("accounts:saved_view_list")

    def create() -> SavedView:
        typed = form.cleaned_data
        return services.save_view(
            staff=request.user,
            list_name=typed["list"],
            name=typed["name"],
            query=typed["query"],
            opens_first=typed["opens_first"],
            at=timezone.now(),
            submission=form.submission,
        )

    return create_page(
        request,
        form=form,
        create=create,
        done_url=lambda pk: _list_of(request, pk),
        template="accounts/saved_view_create.html",
        context={"list": services.LISTS.get(str(form["list"].value()), "")},
    )


@needs(Capability.USE_OWN_ACCOUNT)
def saved_view_edit(request: StaffRequest, pk: int) -> HttpResponse:
    mine = SavedView.objects.visible_to(request.user)
    view = get_object_or_404(mine, pk=pk)
    form = SavedViewEditForm(resolved(request.POST) or None, instance=view)

    def save() -> SavedView:
        return services.update_view(
            view=get_object_or_404(mine, pk=pk),
            version=form.version,
            **form.values,
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=reverse("accounts:saved_view_list"),
        template="accounts/saved_view_edit.html",
        context={"view": view, "list": services.LISTS.get(view.list, view.list)},
    )


@post_only
@needs(Capability.USE_OWN_ACCOUNT)
def saved_view_delete(request: StaffRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    try:
        services.delete_view(view=view, actor=request.user.actor, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("View deleted"))
    return redirect("accounts:saved_view_list")


def _list_of(request: StaffRequest, pk: int) -> str:
    """The list, as the view shows it."""
    view = SavedView.objects.visible_to(request.user).filter(pk=pk).first()
    return list_views.url_of(view.list, view.query) if view else reverse("accounts:saved_view_list")
