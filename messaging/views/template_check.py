"""What is said of a text while it is typed: how it reads, how long it is, what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import Capability, StaffRequest, needs, post_only
from messaging.models import PURPOSES, MessageTemplate, Variable
from messaging.models.templates import LONGEST
from messaging.rules.marks import Piece, marked
from messaging.services.templates.checking import Draft, Fault, faults_of, offered
from messaging.services.templates.looks import Look, look_of
from patients.models import LANGUAGES

LONGEST_SUBJECT = 80


@dataclass(frozen=True)
class Check:
    look: Look
    faults: list[Fault]
    pieces: list[Piece]  # of the text, with the words that speak against it
    variables: list[Variable]
    language: str
    is_typed: bool


@post_only
@needs(Capability.MANAGE_PROTOCOLS)
def template_check(request: StaffRequest) -> HttpResponse:
    """A part of the form, for which the page itself asks while somebody types."""
    typed = {name: request.POST.get(name, "").replace("\0", "") for name in ("purpose", "message_class", "language")}
    subject, text = request.POST.get("subject", ""), request.POST.get("text", "")
    check = _check(**typed, subject=subject.replace("\0", ""), text=text.replace("\0", ""))
    return render(request, "messaging/template_check.html", {"check": check})


def checked(form: forms.BaseForm, template: MessageTemplate | None = None, language: str = "") -> Check:
    """The same for a form as it stands, whose template is given or typed in it too."""

    def typed(name: str) -> str:
        return str(form[name].value() or "") if name in form.fields else ""

    return _check(
        purpose=template.purpose if template else typed("purpose"),
        message_class=template.message_class if template else typed("message_class"),
        language=language or typed("language"),
        subject=typed("subject"),
        text=typed("text"),
    )


def _check(*, purpose: str, message_class: str, language: str, subject: str, text: str) -> Check:
    about = PURPOSES.get(purpose) or next(iter(PURPOSES.values()))
    spoken = language if language in dict(LANGUAGES) else LANGUAGES[0][0]
    subject, text = subject[:LONGEST_SUBJECT], text[:LONGEST]
    faults = faults_of(Draft(message_class, about, subject, text)) if text or subject else []
    spans = [(fault.start, fault.end) for fault in faults if fault.field == "text" and fault.end]
    return Check(
        look=look_of(purpose=about, language=spoken, subject=subject, text=text),
        faults=faults,
        pieces=marked(text, spans) if spans else [],
        variables=offered(about, message_class),
        language=spoken,
        is_typed=bool(text),
    )


def about_words(template: MessageTemplate, language: str) -> dict[str, Any]:
    """What the page sends along with what is typed, where the form does not ask for it."""
    return {"purpose": template.purpose, "message_class": template.message_class, "language": language}
