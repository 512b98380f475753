"""The floor: one file of Django over flat rows, with sessions and sign-in and nothing else that a hospital needs.

It shows what Django and PostgreSQL take for the same answer when nobody asks who may see what, masks a number,
records a look or draws a menu. DATABASE_URL names the database; its tables are in the schema "floor".
"""

import os
from typing import Any

import django
import environ
from django.conf import settings

from benchmarks.flat import SCHEMA

PAGE_ROWS, FOUND_ROWS, LAST_ROWS = 25, 20, 5

if not settings.configured:
    database = {
        **environ.Env.db_url_config(os.environ["DATABASE_URL"]),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {"options": f"-c search_path={SCHEMA}"},
    }
    settings.configure(
        SECRET_KEY="floor" * 10,
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["*"],
        DEBUG_PROPAGATE_EXCEPTIONS=True,  # into the log of its server
        USE_TZ=True,
        TIME_ZONE="Asia/Shanghai",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "rest_framework",
        ],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        REST_FRAMEWORK={
            "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
            "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
            "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        },
        DATABASES={"default": database},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()

from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from rest_framework import generics, pagination, serializers


class Patient(models.Model):
    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    phone = models.TextField()
    sex = models.TextField()
    birth = models.DateField(null=True)
    dept = models.BigIntegerField()
    created = models.DateTimeField(auto_now_add=True)
    last_contact = models.DateTimeField(null=True)

    objects: Any = models.Manager()

    class Meta:
        app_label = "floor"
        managed = False
        db_table = "patient"


class Entry(models.Model):
    id = models.BigAutoField(primary_key=True)
    patient_id = models.BigIntegerField()
    kind = models.TextField()
    at = models.DateTimeField()
    summary = models.TextField()

    objects: Any = models.Manager()

    class Meta:
        app_label = "floor"
        managed = False
        db_table = "timeline"


class PatientSerializer(serializers.ModelSerializer[Patient]):
    class Meta:
        model = Patient
        fields = ("id", "name", "phone", "sex", "birth", "dept", "created")


class Pages(pagination.CursorPagination):
    page_size = PAGE_ROWS
    ordering = ("-created", "-id")


class PatientList(generics.ListCreateAPIView[Patient]):
    serializer_class = PatientSerializer
    pagination_class = Pages

    def get_queryset(self) -> Any:
        return Patient.objects.filter(dept=int(self.request.GET["dept"]))


def signed_in(view: Any) -> Any:
    def guarded(request: HttpRequest, **where: Any) -> HttpResponse:
        return view(request, **where) if request.user.is_authenticated else HttpResponse(status=401)

    return guarded


def _found(text: str) -> Any:
    where = [f"{SCHEMA}.pieces(name) @> ARRAY[%s]"]
    return Patient.objects.extra(where=where, params=[text]).order_by("-last_contact", "-id")[:FOUND_ROWS]


@signed_in
def phone(request: HttpRequest) -> HttpResponse:
    person = Patient.objects.filter(phone=request.GET["q"]).values("id", "name", "phone").first()
    last = Entry.objects.filter(patient_id=person["id"]).order_by("-at")[:LAST_ROWS] if person else []
    return JsonResponse({"person": person, "last": [[entry.at, entry.kind] for entry in last]})


@signed_in
def search(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"found": list(_found(request.GET["q"]).values("id", "name", "phone", "last_contact"))})


urlpatterns = [
    path("phone", phone),
    path("search", search),
    path("patients", PatientList.as_view()),
]
application = get_wsgi_application()
