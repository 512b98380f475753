from django.urls import path

from . import views

app_name = "jobs"
urlpatterns = [
    path("jobs/", views.job_list, name="job_list"),
    path("jobs/rows/", views.job_rows, name="job_rows"),
    path("jobs/<int:pk>/cancel/", views.job_cancel, name="job_cancel"),
]
