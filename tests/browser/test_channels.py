"""An administrator sets up a provider, here a server on a free port, and sees a test arrive there. Mission J1."""

from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Staff
from messaging.models import GatewaySetup
from messaging.services.delivery import deliver_due
from tests.messaging.channels import SECRET, setup_of
from tests.messaging.provider import NUMBER, Says, provider

from .conftest import Open, sign_in


def _fill_in(page: Page, url: str) -> None:
    typed = {"key_id": "LTAI5tAbCdEfGhIjKl", "key_secret": SECRET, "sign_name": "示例医院", "price": "0.045"}
    for name, text in {**typed, "trial_template": "SMS_TEST", "url": url}.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=url]").press("Control+Enter")


def test_set_up_a_provider_and_send_a_test(browse: Open, administrator: Staff) -> None:
    page = browse(locale="en-US")
    sign_in(page, administrator.username)
    with provider(lambda asked: Says({"Code": "OK", "BizId": "1^0"})) as place:
        page.goto("/settings/")
        page.get_by_role("link", name="Channels").click()
        page.get_by_role("link", name="Aliyun SMS").click()
        _fill_in(page, place.url)
        expect(page.locator("[name=key_secret]")).to_have_value("")
        page.locator("[name=to]").fill("138 0013 8000")
        page.get_by_role("button", name="Send a test").click()
        expect(page.locator("#trials")).to_contain_text("Waiting")
        deliver_due(now=timezone.now)
        expect(page.locator("#trials")).to_contain_text("Sent")
        expect(page.locator("#trials")).to_contain_text("138****8000")
        assert place.asked[0].query["PhoneNumbers"] == NUMBER
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("button", name="Switch off")).to_be_visible()
    page.get_by_role("button", name="Make the addresses").click()
    expect(page.locator("#receipts")).to_contain_text("/call-backs/aliyun/")
    assert SECRET not in page.content()
    assert GatewaySetup.objects.in_use().get().provider == "aliyun"


def test_a_refused_test_loses_nothing_of_what_was_typed_into_the_account(browse: Open, administrator: Staff) -> None:
    setup = setup_of("tencent", is_used=False)
    page = browse()
    sign_in(page, administrator.username)
    page.goto(f"/settings/channels/{setup.pk}/")
    page.locator("[name=app_id]").fill("1400007777")
    page.locator("[name=to]").fill("057155500100")
    page.get_by_role("button", name="发送测试").click()
    expect(page.locator("#id_to_error")).to_contain_text("以 1 开头的 11 位数字")
    expect(page.locator("[name=to]")).to_have_value("057155500100")
    expect(page.locator("[name=app_id]")).to_have_value("1400007777")
    expect(page.locator("#trials-title ~ p")).to_contain_text("先保存")  # typed keys alone are not kept
    page.locator("[name=app_id]").press("Control+Enter")
    page.wait_for_url(f"/settings/channels/{setup.pk}/")
    expect(page.locator("[name=app_id]")).to_have_value("1400007777")
    expect(page.locator("[data-discard]")).to_have_count(0)
    setup.refresh_from_db()
    assert setup.values["app_id"] == "1400007777"


def test_what_came_back_beside_a_refused_test_can_be_discarded(browse: Open, administrator: Staff) -> None:
    """The page answered a test, which discarding does not send again."""
    setup = setup_of("tencent", is_used=False)
    page = browse(locale="en-US")
    sign_in(page, administrator.username)
    own = f"/settings/channels/{setup.pk}/"
    page.goto(own)
    page.locator("[name=app_id]").fill("1400007777")
    page.locator("[name=to]").fill("12")
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator("#id_to_error")).to_be_visible()
    expect(page.locator("[name=app_id]")).to_have_value("1400007777")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    page.get_by_role("button", name="Discard").click()
    page.wait_for_url(own)
    expect(page.locator("[name=app_id]")).to_have_value("1400006666")
    expect(page.locator("#id_to_error")).to_have_count(0)
    assert "POST" not in asked
