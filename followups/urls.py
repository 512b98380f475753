from django.urls import path

from .views import attempts

app_name = "followups"
urlpatterns = [
    path("promises/<int:promise_pk>/attempts/new/", attempts.attempt_create, name="attempt_create"),
]
