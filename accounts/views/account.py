"""One's own account, and what every page needs."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.access import Capability, StaffRequest, needs, post_only, public
from accounts.forms import OwnAccountForm
from accounts.models import Staff
from accounts.services import staff as services
from hospital_crm.lib.conflict import resolved
from hospital_crm.lib.forms import edit_page


@needs(Capability.USE_OWN_ACCOUNT)
def my_account(request: StaffRequest) -> HttpResponse:
    form = OwnAccountForm(resolved(request.POST) or None, instance=Staff.objects.get(pk=request.user.pk))

    def save() -> Staff:
        return services.update_staff(
            staff=Staff.objects.get(pk=request.user.pk),
            version=form.version,
            values=form.values,
            roles=request.user.roles,
            actor=request.user.actor,
            at=timezone.now(),
        )

    return edit_page(
        request,
        form=form,
        save=save,
        done_url=reverse("accounts:my_account"),
        template="accounts/my_account.html",
        context={"has_second_factor": request.user.has_second_factor},
    )


@post_only
@public("the sign-in page itself can be read in both languages")
def switch_language(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)  # `redirect` would take a word for the name of a view
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated:
        services.change_language(staff=request.user, language=language)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


@post_only
@needs(Capability.USE_OWN_ACCOUNT, before_duties=True)
def still_here(request: StaffRequest) -> HttpResponse:
    """Somebody types or clicks on a page that sends nothing yet: the idle clock starts again (middleware)."""
    return HttpResponse(status=204)
