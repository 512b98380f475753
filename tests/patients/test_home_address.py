"""Where somebody lives is read for a purpose, and never stands in a form. Mission A7."""

from datetime import datetime

import pytest

from accounts.models import Staff
from consult.services.callers import NewPatient, register_caller
from hospital_crm.lib.districts import districts
from patients.models import Patient, Sex
from patients.rules.portrait import tells_street
from tests import make
from tests.accounts.pages import Page, fill, in_english
from tests.api.test_patients import sent
from tests.patients.brought import imported

ADDRESS = "湖滨路 1 号 301"


@pytest.fixture
def zhang(db: None) -> Patient:
    return make.patient("张桂兰", address=ADDRESS)


def edit(patient: Patient, by: Staff, **typed: str) -> str:
    desk, url = in_english(make.client_of(by)), f"/patients/{patient.pk}/edit/"
    page = Page(desk.get(url))
    desk.post(url, fill(page.values, **typed))
    patient.refresh_from_db()
    return str(page.text)


def test_the_form_says_only_that_there_is_one_and_leaves_it(zhang: Patient, dana: Staff) -> None:
    text = edit(zhang, dana, name="张贵兰")
    assert ADDRESS not in text
    assert "One is on file" in text
    assert (zhang.name, zhang.address) == ("张贵兰", ADDRESS)


def test_what_is_typed_replaces_it(zhang: Patient, dana: Staff) -> None:
    edit(zhang, dana, address="解放路 9 号")
    assert zhang.address == "解放路 9 号"


def test_it_is_taken_off_the_file_when_somebody_says_so(zhang: Patient, dana: Staff) -> None:
    edit(zhang, dana, forgets_address="on")
    assert zhang.address == ""
    assert "any more" not in edit(zhang, dana)


@pytest.mark.parametrize(
    ("text", "is_street"),
    [
        ("杭州", False),
        ("杭州市拱墅区湖墅街道", False),
        ("台州路桥", False),
        ("杭州310000", False),
        ("杭州市上城区解放路街道", False),
        ("太原市柳巷街道", False),
        ("长安路街道办事处", False),
        ("长安路街道办", False),
        ("长沙市解放路街道火炬社区", False),
        ("长沙市解放路街道火炬社区建设路", True),
        ("五一路社区", False),
        ("长沙市五一路社区", False),
        ("五一路社区 3 栋", True),
        ("柳巷第二社区居委会", False),
        ("五一路社区旁", True),
        ("新街村", False),
        ("中山路镇政府旁", True),
        ("萧山区新街镇", False),
        ("石库门弄", True),
        ("中山市东区街道", False),
        ("12345 Elm Blvd", True),
        ("人民路古镇", True),
        ("中山路老镇政府旁", True),
        ("杭州市西湖区北山街道曙光路", True),
        ("Ho Chi Minh City District 1", False),
        ("湖墅南路附近", True),
        ("中山路小学旁", True),
        ("Hangzhou Gongshu", False),
        ("湖墅南路 1 号", True),
        ("杭州解放路", True),
        ("拱墅区和睦新村十五号", True),
        ("翠苑小区", True),
        ("5 Garden Street", True),
    ],
)
def test_a_street_is_told_from_a_district(text: str, is_street: bool) -> None:
    assert tells_street(text) is is_street


def test_no_district_is_taken_for_a_street() -> None:
    assert not [each for each in districts().values() if tells_street(each.full_zh) or tells_street(each.full_en)]


def test_what_everybody_reads_ends_at_the_district(zhang: Patient, dana: Staff) -> None:
    edit(zhang, dana, residence="湖墅南路 1 号")
    assert zhang.residence == ""
    edit(zhang, dana, residence="杭州拱墅")
    assert zhang.residence == "杭州拱墅"
    client = make.client_of(dana)
    refused = sent(client, "patch", f"/api/v1/patients/{zhang.pk}/", residence="湖墅南路 1 号", version=zhang.version)
    assert refused.json()["errors"].keys() == {"residence"}


def test_a_street_on_file_keeps_nobody_from_changing_something_else(zhang: Patient, dana: Staff) -> None:
    Patient.objects.filter(pk=zhang.pk).update(residence="湖墅南路 1 号")
    edit(zhang, dana, name="张贵兰")
    assert zhang.name == "张贵兰"


def test_a_street_that_a_file_or_a_caller_tells_is_masked(zhang: Patient, alice: Staff, now: datetime) -> None:
    """No row is left out for it, and no call is held up."""
    street = "湖墅南路 1 号 301"
    imported(f"编号,姓名,居住地\n1,赵云,{street}\n", actor=make.by(), at=now)
    call = make.call(alice, number="13900001234", name="何建平", details={"residence": street}, at=now)
    register_caller(call=call, new=NewPatient("何建平", Sex.UNKNOWN), actor=alice.actor, at=now)
    people = Patient.objects.filter(name__in=("赵云", "何建平"))
    assert list(people.values_list("residence", "address")) == [("", street)] * 2
    people.update(address=ADDRESS)
    again = imported(f"编号,姓名,居住地\n1,赵云,{street}\n", actor=make.by(), at=now)
    assert (again.unchanged, people.filter(address=ADDRESS).count()) == (1, 2)  # what is on file stays


def test_a_file_with_a_street_in_both_columns_loses_neither(db: None, now: datetime) -> None:
    head, place = "编号,姓名,居住地,地址\n", "湖墅南路 1 号"
    imported(f"{head}1,赵云,{place},3 单元 301\n2,何建平,{place},杭州{place}\n", actor=make.by(), at=now)
    told = Patient.objects.order_by("pk").values_list("residence", "address")
    assert list(told) == [("", f"{place} 3 单元 301"), ("", f"杭州{place}")]
    again = imported(f"{head}1,赵云,{place},3 单元 301\n2,何建平,{place},杭州{place}\n", actor=make.by(), at=now)
    assert again.unchanged == 2
    long = imported(f"{head}3,孙丽华,{place}{'东' * 60},{'西' * 60}\n", actor=make.by(), at=now)
    assert (long.created, long.failed) == (0, 1)  # refused with the reason, rather than cut


def test_it_is_written_down_at_registration_and_stays_masked(db: None, dana: Staff) -> None:
    desk = in_english(make.client_of(dana))
    form = fill(Page(desk.get("/patients/new/")).values, name="赵云", address=ADDRESS)
    page = desk.post("/patients/new/", form, follow=True).content.decode()
    assert Patient.objects.get().address == ADDRESS
    assert ADDRESS not in page
