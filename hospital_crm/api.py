"""The API's router and the one place that turns an error into an answer (RFC 9457)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView
from rest_framework import exceptions
from rest_framework.routers import SimpleRouter
from rest_framework.views import set_rollback

from accounts.access import Capability, HasCapability, StaffRequest, needs
from accounts.api import (
    AbsenceViewSet,
    AuditViewSet,
    ColleagueViewSet,
    DepartmentViewSet,
    GroupViewSet,
    Myself,
    PlaceViewSet,
    SavedViewViewSet,
    StaffViewSet,
    TeamViewSet,
)
from consult.api import CallViewSet
from dashboards.api import (
    AroundView,
    CountsView,
    PatientLooks,
    PromiseFiguresView,
    Search,
    ShiftView,
)
from dashboards.api.exports import AuditExport, AuditExportFile, LookExport, LookExportFile
from followups.api import AttemptViewSet
from hospital_crm.lib.errors import DomainError
from hospital_crm.lib.problems import problem_response
from institution.api import (
    CalendarDayViewSet,
    CalendarViewSet,
    ChoiceViewSet,
    ItemViewSet,
    ProfileViewSet,
    SettingViewSet,
)
from jobs.api import JobViewSet
from messaging.api import (
    ChannelViewSet,
    DeliveryView,
    FollowerViewSet,
    MessageViewSet,
    NoteViewSet,
    OptOutViewSet,
    TemplateVersionViewSet,
    TemplateViewSet,
)
from patients.api import (
    BulkActViewSet,
    ColleagueRecordViewSet,
    DataRequestViewSet,
    DuplicateViewSet,
    EmploymentViewSet,
    IdentifierViewSet,
    ImportViewSet,
    LookToCheckViewSet,
    MergeViewSet,
    OrganisationContactViewSet,
    OrganisationViewSet,
    OrganisationVisitViewSet,
    PatientViewSet,
    PhoneViewSet,
    RelationViewSet,
    SelectionViewSet,
    VisitViewSet,
)
from patients.api.control import ControlExport, ControlExportFile
from promises.api import PromiseViewSet

from . import openapi  # noqa: F401  tells the library how programs sign in


class Schema(SpectacularAPIView):
    """OpenAPI 3, for whoever is signed in."""

    needs = Capability.USE_OWN_ACCOUNT
    permission_classes = (HasCapability,)


@require_safe
@needs(Capability.USE_OWN_ACCOUNT)
def docs(request: StaffRequest) -> HttpResponse:
    """The schema to read and to try, from our own files."""
    return render(request, "hospital_crm/api_docs.html")


router = SimpleRouter()
for _path, _viewset, _name in (  # addresses are tried in turn: what is asked for most stands first
    ("patients", PatientViewSet, "patient"),
    ("promises", PromiseViewSet, "promise"),
    ("calls", CallViewSet, "call"),
    ("phones", PhoneViewSet, "phone"),
    ("visits", VisitViewSet, "visit"),
    ("staff", StaffViewSet, "staff"),
    ("departments", DepartmentViewSet, "department"),
    ("teams", TeamViewSet, "team"),
    ("absences", AbsenceViewSet, "absence"),
    ("audit", AuditViewSet, "audit"),
    ("directory/people", ColleagueViewSet, "colleague"),
    ("directory/departments", PlaceViewSet, "place"),
    ("directory/teams", GroupViewSet, "group"),
    ("hospital", ProfileViewSet, "hospital"),
    ("choices", ChoiceViewSet, "choice"),
    ("settings", SettingViewSet, "setting"),
    ("list-items", ItemViewSet, "list-item"),
    ("calendars", CalendarViewSet, "calendar"),
    ("calendar-days", CalendarDayViewSet, "calendar-day"),
    ("jobs", JobViewSet, "job"),
    ("saved-views", SavedViewViewSet, "saved-view"),
    ("identifiers", IdentifierViewSet, "identifier"),
    ("duplicates", DuplicateViewSet, "duplicate"),
    ("merges", MergeViewSet, "merge"),
    ("imports", ImportViewSet, "import"),
    ("relations", RelationViewSet, "relation"),
    ("organisations", OrganisationViewSet, "organisation"),
    ("organisation-contacts", OrganisationContactViewSet, "organisation-contact"),
    ("organisation-visits", OrganisationVisitViewSet, "organisation-visit"),
    ("employments", EmploymentViewSet, "employment"),
    ("data-requests", DataRequestViewSet, "data-request"),
    ("looks-to-check", LookToCheckViewSet, "look-to-check"),
    ("colleague-records", ColleagueRecordViewSet, "colleague-record"),
    ("selections", SelectionViewSet, "selection"),
    ("bulk-acts", BulkActViewSet, "bulk-act"),
    ("messages", MessageViewSet, "message"),
    ("channels", ChannelViewSet, "channel"),
    ("followers", FollowerViewSet, "follower"),
    ("notes", NoteViewSet, "note"),
    ("opt-outs", OptOutViewSet, "opt-out"),
    ("templates", TemplateViewSet, "template"),
    ("template-versions", TemplateVersionViewSet, "template-version"),
    ("attempts", AttemptViewSet, "attempt"),
):
    router.register(_path, _viewset, basename=f"api-{_name}")

urlpatterns = [
    path("search/", Search.as_view(), name="api-search"),
    path("figures/promises/", PromiseFiguresView.as_view(), name="api-figures-promises"),
    path("delivery/", DeliveryView.as_view(), name="api-delivery"),
    path("me/", Myself.as_view(), name="api-me"),
    path("counts/", CountsView.as_view(), name="api-counts"),
    path("figures/around/", AroundView.as_view(), name="api-figures-around"),
    path("shift/", ShiftView.as_view(), name="api-shift"),
    path("patients/<int:pk>/looks/", PatientLooks.as_view(), name="api-patient-looks"),
    path("patients/<int:pk>/looks/export/", LookExport.as_view(), name="api-look-export"),
    path("patients/looks/export/<int:pk>/", LookExportFile.as_view(), name="api-look-export-file"),
    path("registration-control/export/", ControlExport.as_view(), name="api-control-export"),
    path("registration-control/export/<int:pk>/", ControlExportFile.as_view(), name="api-control-export-file"),
    path("audit/export/", AuditExport.as_view(), name="api-audit-export"),
    path("audit/export/<int:pk>/", AuditExportFile.as_view(), name="api-audit-export-file"),
    *router.urls,
    path("schema/", Schema.as_view(), name="api-schema"),
    path("docs/", docs, name="api_docs"),
]


# What an error of Django's own means to a program.
MEANT: dict[type[Exception], type[exceptions.APIException]] = {
    Http404: exceptions.NotFound,
    PermissionDenied: exceptions.PermissionDenied,
    UnreadablePostError: exceptions.ParseError,  # the line broke before all had come
}


def problem(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Problem details with a stable code; None lets an unknown error become a 500."""
    if isinstance(error, DomainError):
        set_rollback()
        return problem_response(error.status, error.code, str(error), **({"field": error.field} if error.field else {}))
    error = next((meant() for kind, meant in MEANT.items() if isinstance(error, kind)), error)
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    if isinstance(error, exceptions.ValidationError):
        return problem_response(error.status_code, "invalid", "", errors=error.detail)
    response = problem_response(error.status_code, str(error.get_codes()), str(error.detail))
    for header, value in (("WWW-Authenticate", "auth_header"), ("Retry-After", "wait")):
        if (said := getattr(error, value, None)) is not None:
            response[header] = said if isinstance(said, str) else str(int(said) + 1)
    return response
