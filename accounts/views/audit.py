from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, Scope, StaffRequest, needs
from accounts.filters import AuditFilter
from accounts.models import AuditEntry
from hospital_crm.lib.exports import offer_of
from hospital_crm.lib.htmx import render_part
from hospital_crm.lib.paging import capped_count, page_of


@require_safe
@needs(Capability.SEE_AUDIT)
def audit_list(request: StaffRequest) -> HttpResponse:
    visible = AuditEntry.objects.visible_to(request.user).select_related("actor__staff")
    entries = AuditFilter(request.GET, queryset=visible)
    page = page_of(entries.qs, request, ordering=("-at", "-id"))
    audit.name_subjects(page.rows)
    context = {
        "filter": entries,
        "page": page,
        "count": capped_count(entries.qs),
        "export": offer_of(entries),
        "may_check_looks": request.user.can(Capability.CHECK_LOOKS),
        "sees_all": Scope.HOSPITAL in request.user.scope(Capability.SEE_AUDIT),
    }
    return render_part(request, "accounts/audit_list.html", "rows", context)
