from django.urls import path

from .views import consents, districts, identifiers, patients, phones, registration, reveals, visits

app_name = "patients"
urlpatterns = [
    path("patients/", patients.patient_list, name="patient_list"),
    path("patients/new/", patients.patient_create, name="patient_create"),
    path("patients/new/alike/", patients.patient_alike, name="patient_alike"),
    path("patients/districts/", districts.districts, name="districts"),
    path("patients/consents/<int:pk>/evidence/", consents.consent_evidence, name="consent_evidence"),
    path("patients/<int:patient_pk>/consents/", consents.consent_list, name="consent_list"),
    path("patients/<int:patient_pk>/consents/new/", consents.consent_create, name="consent_create"),
    path("settings/consents/", consents.wording_list, name="wording_list"),
    path("settings/consents/<slug:purpose>/new/", consents.wording_create, name="wording_create"),
    path("patients/<int:pk>/", patients.patient_detail, name="patient_detail"),
    path("patients/<int:pk>/edit/", patients.patient_edit, name="patient_edit"),
    path("patients/<int:patient_pk>/phones/new/", phones.phone_create, name="phone_create"),
    path("patients/<int:patient_pk>/documents/new/", identifiers.identifier_create, name="identifier_create"),
    path("patients/documents/<int:pk>/reveal/", reveals.identifier_reveal, name="identifier_reveal"),
    path("patients/<int:pk>/address/reveal/", reveals.address_reveal, name="address_reveal"),
    path("patients/<int:pk>/at-desk/", registration.desk_register, name="desk_register"),
    path("patients/registration/", registration.registration_control, name="registration_control"),
    path("patients/<int:patient_pk>/visits/", visits.visit_list, name="visit_list"),
    path("patients/<int:patient_pk>/visits/new/", visits.visit_create, name="visit_create"),
    path("patients/visits/<int:pk>/edit/", visits.visit_edit, name="visit_edit"),
    path("patients/visits/<int:pk>/cancel/", visits.visit_cancel, name="visit_cancel"),
    path("patients/phones/<int:pk>/choose/", phones.phone_choose, name="phone_choose"),
    path("patients/phones/<int:pk>/reveal/", phones.phone_reveal, name="phone_reveal"),
]
