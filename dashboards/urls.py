from django.urls import path

from .views import audit, copies, figures, looks, pages, patients, shift, workbench

app_name = "dashboards"
urlpatterns = [
    path("", workbench.workbench, name="workbench"),
    path("workbench/", workbench.work, name="work"),
    path("shift/", shift.shift, name="shift"),
    path("shift/accept/", shift.shift_accept, name="shift_accept"),
    path("figures/promises/", figures.promise_figures, name="promise_figures"),
    path("patients/<int:pk>/ahead/", patients.ahead_for_patient, name="ahead_for_patient"),
    path("patients/<int:pk>/looks/", looks.patient_looks, name="patient_looks"),
    path("patients/<int:pk>/looks/export/", looks.look_export, name="look_export"),
    path("patients/looked-at/export/<int:pk>/", looks.look_export_file, name="look_export_file"),
    path("patients/requests/<int:pk>/copy/fetch/", copies.copy_fetch, name="copy_fetch"),
    path("search/", pages.search, name="search"),
    path("counts/", pages.counts, name="counts"),
    path("keys/", pages.keys, name="keys"),
    path("audit/export/", audit.audit_export, name="audit_export"),
    path("audit/export/<int:pk>/", audit.audit_export_file, name="audit_export_file"),
]
