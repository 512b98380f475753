"""Write a template: how long it is and what speaks against it is seen while typing; then it is published."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Staff
from institution.models import HospitalProfile
from messaging.models import MessageTemplate
from tests import make
from tests.browser.conftest import Open, sign_in
from tests.messaging.templates import NUMBER, certificate, draft_of, offer, publish


def test_write_a_template_see_its_length_and_a_refused_wording_and_publish_it(browse: Open, db: None) -> None:
    HospitalProfile.objects.update(message_signature="示例医院")
    make.staff("dana", "manager")
    page = browse()
    sign_in(page, "dana")
    page.get_by_role("link", name="消息模板").click()
    page.wait_for_url("/settings/templates/")
    page.keyboard.press("n")
    page.wait_for_url("/settings/templates/new/")
    page.get_by_label("中文名称").fill("复诊提醒")
    page.get_by_label("英文名称").fill("Come again")
    page.get_by_label("用途").select_option("followup_reminder")
    page.get_by_label("类别").select_option("care")
    page.get_by_label("代码").fill("come_again")
    page.get_by_label("语言").select_option("zh-hans")

    check = page.locator("#check")
    expect(check.get_by_text("{due_on}")).to_be_visible()  # what this purpose can fill in
    page.get_by_label("正文").fill("{recipient}您好，请在{due_on}前来{department}复诊，可根治。")
    expect(check.locator("mark")).to_have_text("根治")
    expect(check).to_contain_text("【示例医院】张女士您好")
    expect(check).to_contain_text("1 条短信")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#id_text_error")).to_contain_text("根治")
    expect(page.get_by_label("正文")).to_have_value("{recipient}您好，请在{due_on}前来{department}复诊，可根治。")

    page.get_by_label("正文").fill("{recipient}您好，请在{due_on}前来{department}复诊。" + "带上病历。" * 10)
    expect(check).to_contain_text("2 条短信")
    expect(check.locator("mark")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/settings/templates/*/")
    page.get_by_role("link", name="发布").click()
    expect(page.locator(".c-told")).to_contain_text("【示例医院】张女士您好，请在3 月 12 日 周四前来心内科复诊。")
    page.get_by_role("button", name="发布").click()
    expect(page.locator(".c-tag.ok")).to_have_text("已发布")
    written = MessageTemplate.objects.get(code="come_again")
    assert written.versions.published().get().published_by == Staff.objects.get(username="dana").actor


def test_a_preview_reads_as_to_a_patient_whom_one_looks_up(browse: Open, db: None) -> None:
    make.staff("dana", "manager")
    make.patient("张桂兰", "13800001234")
    page = browse(locale="en-US")
    sign_in(page, "dana")
    page.goto("/settings/templates/")
    page.get_by_role("link", name="Appointment reminder").click()
    page.get_by_role("link", name="Preview").first.click()
    page.get_by_label("Name or number").fill("张桂兰")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="张桂兰").click()
    expect(page.locator(".c-told").first).to_contain_text("张先生/女士您好")
    expect(page.get_by_text("138****1234")).to_be_visible()


def test_the_link_to_the_certificate_leads_into_its_field(browse: Open, db: None) -> None:
    make.staff("dana", "manager")
    before = timezone.now() - timedelta(days=3)
    words = publish(draft_of(offer(before)), before, **certificate(timezone.localdate() - timedelta(days=1)))
    page = browse()
    sign_in(page, "dana")
    page.goto(f"/settings/templates/{words.template_id}/")
    page.get_by_role("link", name="填写审查证明").click()
    expect(page.locator("[name=certificate_number]")).to_be_focused()
    page.locator("[name=certificate_until]").fill((timezone.localdate() + timedelta(days=300)).isoformat())
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(f"审查证明 {NUMBER}")).to_be_visible()
