"""What a patient was told: for whoever reads it in the story."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.access import Capability, StaffRequest, needs
from hospital_crm.lib.htmx import render_part
from messaging.models import Message
from messaging.reports.story import MessageLine, of_story
from messaging.services.words import texts_of
from patients.models import Patient


@require_safe
@needs(Capability.READ_MESSAGES)
def message_text(request: StaffRequest, pk: int) -> HttpResponse:
    """The words, as colleagues are shown them; without script a page of its own."""
    reader, now = request.user, timezone.now()
    people = Patient.objects.visible_to(reader, timezone.localdate(now))
    readable = of_story(reader).readable_by(reader).with_readable_by(reader).with_people()
    message = get_object_or_404(readable.filter(patient__in=people), pk=pk)
    audit.record_look(actor=reader.actor, verb="patient.opened", subject=message.recipient, at=now)
    context = {
        "line": MessageLine(message),
        "message": message,
        "said": texts_of([message]).get(pk, ""),
        "may_settle": Message.objects.visible_to(reader).filter(pk=pk).exists(),
        "now": now,
    }
    return render_part(request, "messaging/message_text.html", "said", context, element=f"said-{pk}")
