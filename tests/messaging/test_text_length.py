"""How long a text becomes at most, counted before anybody is written to: each part of a text message is paid."""

from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Staff
from institution.models import HospitalProfile
from messaging.models import PURPOSES
from messaging.services.links import stop_link
from messaging.services.templates.looks import look_of
from patients.models import Sex
from tests import make
from tests.conftest import SignedIn
from tests.messaging.channels import setup_of
from tests.messaging.people import to
from tests.messaging.templates import draft_of, template

SIGNED = len("【示例医院】")


@pytest.fixture(autouse=True)
def hospital(db: None) -> None:
    HospitalProfile.objects.update(message_signature="示例医院", consult_phone="0571 5550 0100")


def length(text: str, purpose: str = "appointment_reminder", language: str = "zh-hans") -> tuple[int, int]:
    """Units and parts."""
    found = look_of(purpose=PURPOSES[purpose], language=language, subject="", text=text).length
    return found.units - SIGNED, found.parts


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        ("{department}", "中西医结合老年病与康复医学科"),
        ("{doctor}", "阿卜杜拉·买买提江"),
        ("{appointment_at}", "12 月 30 日 星期三 10:30"),
        ("{recipient}", "欧阳先生/女士"),
        ("{hospital_phone}", "0571 5550 0100"),
        ("{place}", "门诊楼 3 层 C 区 312 诊室"),
        ("{department}{department}", "中西医结合老年病与康复医学科" * 2),
        ("{nobody}", "{nobody}"),
    ],
)
def test_a_value_counts_as_the_longest_that_is_to_be_expected(text: str, longest: str) -> None:
    make.department(name_zh="中西医结合老年病与康复医学科", name_en="Geriatrics")
    make.staff("amina", display_name="阿卜杜拉·买买提江")
    assert length(text)[0] == len(longest)


def test_in_english_names_count_as_they_are_in_english() -> None:
    make.department(name_zh="老年病科", name_en="Geriatrics, Rehabilitation and Chinese Medicine")
    assert length("{department}", language="en")[0] == len("Geriatrics, Rehabilitation and Chinese Medicine")


def test_a_link_counts_with_the_real_host(settings: Any, now: datetime) -> None:
    settings.BASE_URL = "https://crm.a-hospital-with-a-long-name.example"
    real = stop_link(to(make.patient("张桂兰"), now))
    assert length("退订{stop_link}", "survey_invitation") == (2 + len(real), 2)
    assert length("请评价{link}", "survey_invitation") == (3 + len(real), 2)


def test_the_page_says_how_long_it_becomes_while_one_types(dana: Staff, signed_in: SignedIn) -> None:
    typed = {"purpose": "appointment_reminder", "message_class": "service", "language": "zh-hans"}
    typed["text"] = "{recipient}您好，您预约了{appointment_at}，请准时到{place}，带好医保卡，谢谢。"
    page = unescape(signed_in(dana).post(reverse("messaging:template_check"), typed).content.decode())
    assert "【示例医院】张女士您好" in page  # read by example, which would be one
    assert "最多 72 字，2 条短信" in page


def test_a_patient_counts_as_addressed_and_the_account_as_signed(
    dana: Staff, signed_in: SignedIn, now: datetime
) -> None:
    setup_of("aliyun", sign_name="示例医院集团总院")
    words, patient = draft_of(template(now, "{recipient}您好")), make.patient("张桂兰", sex=Sex.FEMALE)
    office: Client = signed_in(dana)
    url = reverse("messaging:template_preview", args=[words.pk])
    page = unescape(office.get(url, {"patient": patient.pk}).content.decode())
    assert f"最多 {len('【示例医院集团总院】张女士您好')} 字，1 条短信" in page
    assert "张女士您好\n\n示例医院</p>" in page  # an e-mail is signed by the hospital
