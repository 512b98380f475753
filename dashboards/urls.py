from django.urls import path

from . import views

app_name = "dashboards"
urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("search/", views.search, name="search"),
    path("counts/", views.counts, name="counts"),
    path("keys/", views.keys, name="keys"),
    path("audit/export/", views.audit_export, name="audit_export"),
    path("audit/export/<int:pk>/", views.audit_export_file, name="audit_export_file"),
]
