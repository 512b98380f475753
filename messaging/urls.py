from django.urls import path

from .views import notes, outbox

app_name = "messaging"
urlpatterns = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/retry/", outbox.message_retry, name="message_retry"),
    path("outbox/<int:pk>/settle/", outbox.message_settle, name="message_settle"),
    path("outbox/<int:pk>/cancel/", outbox.message_cancel, name="message_cancel"),
    path("outbox/trial/", outbox.trial, name="trial"),
    path("notes/", notes.notes, name="notes"),
    path("notes/bell/", notes.bell, name="bell"),
]
