"""Whoever reads the story by keyboard stays where the words of a message appear. Mission A7."""

from django.utils import timezone
from playwright.sync_api import expect

from messaging.models import Channel, Message
from tests import make
from tests.messaging.channels import published, to_patient

from .conftest import Open, sign_in


def test_the_words_of_a_message_take_the_place_of_the_link_and_the_focus(browse: Open) -> None:
    dana = make.staff("dana", "manager", department=make.department("眼科"))
    patient, at = make.patient("张桂兰", "13800001234"), timezone.now()
    row = to_patient(patient, published("您好，请回电。"), at, Channel.SMS)
    sent = {"state": "sent", "address": "+8613800001234", "handed_over_at": at, "settled_at": at}
    Message.objects.filter(pk=row.pk).update(**sent, department=dana.department)
    page = browse(locale="en-US")
    sign_in(page, "dana")
    page.goto(f"/patients/{patient.pk}/")
    page.get_by_role("link", name="Read the text").press("Enter")
    expect(page.get_by_text("您好，请回电。")).to_be_focused()
    expect(page.get_by_role("link", name="Read the text")).to_have_count(0)
