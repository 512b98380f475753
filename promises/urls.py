from django.urls import path

from .views import acts, bulk, dial, exports, lists, organisations, prints, reassign

app_name = "promises"
urlpatterns = [
    path("promises/", lists.promise_list, name="promise_list"),
    path("promises/export/", exports.promise_export, name="promise_export"),
    path("promises/export/<int:pk>/", exports.promise_export_file, name="promise_export_file"),
    path("promises/print/", prints.promise_print, name="promise_print"),
    path("promises/reassign/", reassign.promise_reassign, name="promise_reassign"),
    path("promises/spread/", reassign.promise_spread, name="promise_spread"),
    path("promises/for-selection/<int:selection_pk>/", bulk.promise_bulk, name="promise_bulk"),
    path("promises/<int:pk>/", lists.promise_detail, name="promise_detail"),
    path("promises/<int:pk>/keep/", acts.promise_keep, name="promise_keep"),
    path("promises/<int:pk>/withdraw/", acts.promise_withdraw, name="promise_withdraw"),
    path("promises/<int:pk>/postpone/", acts.promise_postpone, name="promise_postpone"),
    path("promises/<int:pk>/hand-over/", acts.promise_hand_over, name="promise_hand_over"),
    path("promises/<int:pk>/dial/", dial.promise_dial, name="promise_dial"),
    path("promises/<int:pk>/take/", acts.promise_take, name="promise_take"),
    path("promises/<int:pk>/accept/", acts.promise_accept, name="promise_accept"),
    path("promises/<int:pk>/decline/", acts.promise_decline, name="promise_decline"),
    path("promises/for-patient/<int:patient_pk>/", lists.for_patient, name="for_patient"),
    path(
        "promises/for-organisation/<int:organisation_pk>/",
        organisations.for_organisation,
        name="for_organisation",
    ),
    path(
        "promises/for-organisation/<int:organisation_pk>/new/",
        organisations.organisation_promise_create,
        name="organisation_promise_create",
    ),
]
