"""Words that leave the house: worded in the recipient's language, with nothing that tells too much."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils import translation

from hospital_crm.lib.pinyin import family_name
from messaging.models import Message
from messaging.services.words import Words, words_of
from patients.models import Organisation, Target


@dataclass(frozen=True)
class Discreet:
    """What a letter's template may know of the message: not whom it is about."""

    kind: str
    params: dict[str, Any]


@dataclass(frozen=True)
class Letter:
    subject: str
    body: str


def letter_of(message: Message, *, language: str) -> Letter:
    """The message in words. Its template is not given the patient, only the family name.

    What goes to patients is worded by the version of its template, in the version's language.
    """
    if message.template_version is not None:
        return _letter_to_patient(words_of(message))
    context = {
        "message": Discreet(message.kind, message.params),
        "family_name": _family_name(message.about),
        "base_url": settings.BASE_URL,
        "now": message.handed_over_at or message.due_at,
    }
    with translation.override(language or settings.LANGUAGE_CODE):
        template = Engine.get_default().get_template(message.letter_template_name)
        words = template.render(Context(context, autoescape=False)).strip()
    subject, _, body = words.partition("\n")
    return Letter(" ".join(subject.split()), body.strip() + "\n")


def _letter_to_patient(words: Words) -> Letter:
    with translation.override(words.version.language):
        subject = words.subject or words.version.template.name
    return Letter(subject, f"{words.text}\n\n{words.signature}".strip() + "\n")


def _family_name(about: Target | None) -> str:
    """Of a person; an organisation has none."""
    return "" if about is None or isinstance(about, Organisation) else family_name(about.name)
