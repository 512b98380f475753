"""All addresses. Each app brings its own; the sign-in pages come from allauth behind our guards."""

from django.urls import include, path

from . import api, error_pages, metrics, probes

urlpatterns = [
    path("healthz", probes.healthz, name="healthz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("readyz", probes.readyz, name="readyz"),
    # Addresses are tried in turn: what is asked for most stands first.
    path("api/v1/", include(api.urlpatterns)),
    path("", include("consult.urls")),
    path("", include("patients.urls")),
    path("", include("dashboards.urls")),
    path("", include("promises.urls")),
    path("", include("followups.urls")),
    path("", include("messaging.urls")),
    path("", include("jobs.urls")),
    path("", include("institution.urls")),
    path("", include("accounts.urls")),
    path("", include("accounts.signin_urls")),
]
handler400 = error_pages.bad_request
handler403 = error_pages.forbidden
handler404 = error_pages.not_found
handler429 = error_pages.too_many_requests  # allauth looks here
handler500 = error_pages.server_error
