from django.urls import path

from .views import callers, calls, corrections, drafts, exports, rows

app_name = "consult"
urlpatterns = [
    path("calls/", rows.call_list, name="call_list"),
    path("calls/new/", calls.call_create, name="call_create"),
    path("calls/who/", calls.call_who, name="call_who"),
    path("calls/draft/", drafts.draft_keep, name="draft_keep"),
    path("calls/draft/<uuid:key>/discard/", drafts.draft_discard, name="draft_discard"),
    path("calls/export/", exports.call_export, name="call_export"),
    path("calls/export/<int:pk>/", exports.call_export_file, name="call_export_file"),
    path("calls/<int:pk>/", rows.call_detail, name="call_detail"),
    path("calls/<int:pk>/correct/", corrections.call_correct, name="call_correct"),
    path("calls/<int:pk>/void/", rows.call_void, name="call_void"),
    path("calls/<int:pk>/caller/", callers.call_caller, name="call_caller"),
    path("calls/for-patient/<int:patient_pk>/", rows.for_patient, name="for_patient"),
]
