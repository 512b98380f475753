"""Tokens with which programs sign in: for the administrator."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import Capability, StaffRequest, needs, post_only
from accounts.forms import TokenForm
from accounts.models import ApiToken, Staff
from accounts.services import shown_once
from accounts.services import tokens as services
from accounts.views.people import has_left
from hospital_crm.lib.errors import DomainError


@needs(Capability.MANAGE_SETTINGS)
def token_create(request: StaffRequest, staff_pk: int) -> HttpResponse:
    staff = get_object_or_404(Staff, pk=staff_pk)
    if not staff.is_active:
        return has_left(request, staff)
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        token, text = services.issue_token(
            staff=staff,
            name=form.cleaned_data["name"],
            expires_at=now + timedelta(days=form.cleaned_data["days"]),
            actor=request.user.actor,
            at=now,
        )
        shown_once.keep(request, text, about=f"token {token.pk}")
        return redirect("accounts:token_shown", pk=token.pk)
    return render(request, "accounts/token_create.html", {"form": form, "staff": staff})


@require_safe
@needs(Capability.MANAGE_SETTINGS)
def token_shown(request: StaffRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.select_related("staff"), pk=pk)
    text = shown_once.kept(request, about=f"token {pk}")
    if not text:
        messages.info(request, _("The token is no longer shown. Revoke it and make another if it is lost."))
        return redirect("accounts:staff_detail", pk=token.staff_id)
    context = {"token": token, "text": text, "minutes": shown_once.SHOWN_MINUTES}
    return render(request, "accounts/token_shown.html", context)


@post_only
@needs(Capability.MANAGE_SETTINGS)
def token_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.select_related("staff"), pk=pk)
    try:
        services.revoke_token(token=token, actor=request.user.actor, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Token revoked"))
    return redirect("accounts:staff_detail", pk=token.staff_id)
