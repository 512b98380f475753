"""Bad input: never a fault of the server; what is wrong stands at the field, what was typed is still there.

The strings are the "big list of naughty strings" among the samples, and below what that list leaves out.
A fault of the server needs no assertion: the test's browser raises it.
"""

import json
from datetime import datetime
from itertools import cycle, zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Department, Staff
from accounts.services.absences import record_absence
from institution.models import ReferenceItem, Setting
from tests import make

from .pages import Page, fill, in_english, sign_in

HUGE = "99999999999999999999"
LEFT_OUT = [
    "a\x00b",
    "\x00",
    "😀👩‍⚕️🏥",
    "x" * 10_000,
    "眼" * 10_000,
    "\r\n",
    "\x1b[31m",
    "\u202eabc",
    "\ufeff",
    "\U0010ffff",
]
NOT_A_NUMBER = ["", "abc", "1e400", "NaN", HUGE, "\x00"]
NOT_A_DAY = ["", "abc", "2026-02-30", "0000-00-00", "99999-01-01", "\x00"]
NOT_A_CHOICE = ["abc", HUGE, "\x00"]
HALF_CHARACTERS = b"\xed\xa0\x80 \xff\xfe"  # a lone surrogate, and bytes that are no UTF-8 at all


@pytest.fixture
def naughty(samples: Path) -> list[str]:
    strings = json.loads((samples / "naughty" / "blns.json").read_text(encoding="utf-8"))
    assert len(strings) == 515
    return [*strings, *LEFT_OUT]


def rounds(strings: list[str], fields: list[str]) -> list[dict[str, str]]:
    """Every string once, as many in one form as it has fields."""
    width = len(fields)
    return [dict(zip(fields, strings[at : at + width], strict=False)) for at in range(0, len(strings), width)]


def packed(strings: list[str], room: int) -> list[str]:
    """All of them, several in one text as long as it has room: what is naughty stays naughty among others."""
    texts = [""]
    for string in strings:
        together = f"{texts[-1]} {string}" if texts[-1] else string
        if len(together) <= room:
            texts[-1] = together
        else:
            texts.append(string)
    return texts


def assert_given_back(page: Page, typed: dict[str, Any]) -> None:
    for name, text in typed.items():
        assert page.values[name] == [text], name


# ── The door ─────────────────────────────────────────────────────────────────


def test_sign_in_takes_every_naughty_string(client: Client, db: None, naughty: list[str]) -> None:
    """The short ones in user names, which are looked up, the others in passwords and in where to go next."""
    by_length = sorted(naughty, key=len)
    third = len(by_length) // 3
    names, passwords = packed(by_length[:third], 60), packed(by_length[third : 2 * third], 200)
    targets = packed(by_length[2 * third :], 2_000)
    for number, (text, password, then) in enumerate(zip_longest(names, passwords, targets, fillvalue="")):
        name = text or f"person{number}"
        answer = sign_in(client, name, password or "x", next=then)
        assert answer.status_code == 200
        assert Page(answer).values["login"] == [name]


def test_sign_in_says_at_the_field_what_is_wrong(client: Client, db: None) -> None:
    for name in ("", "   ", "a\x00b", "x" * 10_000):
        page = Page(sign_in(client, name, "x"))
        assert list(page.errors) == ["login"]
        assert page.values["login"] == [name]
    assert list(Page(sign_in(client, "alice", "")).errors) == ["password"]
    assert list(Page(sign_in(client, "alice", "a\x00b")).errors) == ["password"]


def test_sign_in_takes_a_very_long_password(client: Client, alice: Staff) -> None:
    assert sign_in(client, "alice", "x" * 10_000).status_code == 200


def post_bytes(browser: Client, url: str, *names: str) -> Any:
    """A form as some programs send it: its texts are no UTF-8."""
    body = b"&".join(name.encode() + b"=" + quote(HALF_CHARACTERS).encode() for name in names)
    return browser.generic("POST", url, body, content_type="application/x-www-form-urlencoded")


def test_sign_in_takes_half_characters(client: Client, db: None) -> None:
    assert post_bytes(client, "/sign-in/", "login", "password", "next", "remember").status_code == 200


def test_a_body_that_is_no_form_is_refused_and_no_more(client: Client, db: None) -> None:
    for body, kind in ((b"\x00\xff{", "application/json"), (b"--x\r\n", "multipart/form-data; boundary=x")):
        assert client.generic("POST", "/sign-in/", body, content_type=kind).status_code in (200, 400)
    crowd = "&".join(f"a{number}=1" for number in range(2_000))
    answer = client.generic("POST", "/sign-in/", crowd, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


def test_where_to_go_next_may_be_anything(client: Client, alice: Staff, naughty: list[str]) -> None:
    for text in (*naughty[::50], *packed(naughty, 4_000)):
        answer = client.post("/account/language/", {"language": "en", "next": text})
        assert answer.status_code in (302, 400)
    for text in naughty[::260]:
        sign_in(client, "alice", next=text)
        assert client.post("/sign-out/", {"next": text}).status_code == 302
    assert post_bytes(client, "/account/language/", "language", "next").status_code == 302


def test_a_page_that_htmx_claims_to_come_from_may_be_anything(client: Client, db: None) -> None:
    for text in ("http://[::1", "//", "\x7f", "x" * 5_000, "http://testserver\\@evil.example/"):
        answer = client.get("/staff/", headers={"HX-Request": "true", "HX-Current-URL": text})
        assert answer.status_code == 401


@pytest.mark.parametrize("form", ["confirm", "password", "second-factor/activate"])
def test_forms_about_ones_own_protection_take_them_too(
    client: Client, alice: Staff, naughty: list[str], form: str
) -> None:
    sign_in(client, "alice")
    client.post("/account/confirm/", {"password": make.PASSWORD})
    client.get(f"/account/{form}/")
    for text in [*packed(naughty, 20_000), "１２３４５６", "٣" * 6]:
        sent = dict.fromkeys(("password", "oldpassword", "password1", "password2", "code"), text)
        assert client.post(f"/account/{form}/", sent).status_code in (200, 302, 429)
    alice.refresh_from_db()
    assert alice.check_password(make.PASSWORD)


def test_the_code_at_sign_in_takes_them_too(client: Client, frank: Staff, naughty: list[str]) -> None:
    for text in [*LEFT_OUT[:5], "１２３４５６", "٣" * 6, *naughty[:300:150]]:
        sign_in(client, "frank")
        page = Page(client.post("/sign-in/code/", {"code": text}))
        assert list(page.errors) == ["code"]
    assert client.get("/account/").status_code == 302


# ── Every form of the administrator ──────────────────────────────────────────

FORMS = (
    *("staff_create", "staff_edit", "my_account", "absence_create"),
    *("department_create", "department_edit", "team_create", "team_edit"),
    *("profile_edit", "setting_edit", "item_create", "item_edit"),
)
every_form = pytest.mark.parametrize("form", FORMS)


@pytest.fixture
def urls(alice: Staff, cataract: Department) -> dict[str, str]:
    team = make.team("咨询组", alice)
    item = ReferenceItem.objects.select_related("list").first()
    setting = Setting.objects.first()
    assert item
    assert setting
    addresses = (
        *("/staff/new/", f"/staff/{alice.pk}/edit/", "/account/", f"/staff/{alice.pk}/absences/new/"),
        *("/departments/new/", f"/departments/{cataract.pk}/edit/", "/teams/new/", f"/teams/{team.pk}/edit/"),
        *(
            "/hospital/",
            f"/settings/numbers/{setting.pk}/",
            f"/lists/{item.list.code}/new/",
            f"/lists/items/{item.pk}/",
        ),
    )
    return dict(zip(FORMS, addresses, strict=True))


def test_staff_form_takes_every_naughty_string_and_gives_it_back(office: Client, naughty: list[str]) -> None:
    before = Staff.objects.count()
    for typed in rounds(packed(naughty, 250), Page(office.get("/staff/new/")).texts):
        answer = office.post("/staff/new/", typed)  # without the id of a submission it is never saved
        assert_given_back(Page(answer), typed)
    assert Staff.objects.count() == before


@every_form
def test_form_takes_a_choice_of_them(office: Client, urls: dict[str, str], naughty: list[str], form: str) -> None:
    """Saved where they are allowed, at the field where they are not; either way nothing is lost."""
    opened = Page(office.get(urls[form]))
    typed = dict(zip(opened.texts, naughty[9 :: 515 // len(opened.texts)], strict=False))
    answer = office.post(urls[form], fill(opened.values, **typed))
    page = Page(answer)
    if answer.status_code == 200 and "one-time-password" not in page.text:
        assert page.errors
        assert_given_back(page, typed)


@every_form
def test_form_says_at_each_field_what_is_too_long_or_broken(office: Client, urls: dict[str, str], form: str) -> None:
    opened = Page(office.get(urls[form]))
    typed = dict(zip(opened.texts, cycle(("x" * 10_000, "a\x00b"))))
    page = Page(office.post(urls[form], fill(opened.values, **typed)))
    assert set(page.errors) == set(typed)
    assert_given_back(page, typed)


@every_form
def test_form_may_come_from_anywhere(office: Client, urls: dict[str, str], form: str) -> None:
    """Without a field, with half characters, with ids that we never gave, from a merge page that nobody was shown."""
    page = Page(office.post(urls[form], {"something": "else"}))
    assert page.errors or page.alerts
    name = page.texts[0]
    strange = {"version": HUGE, "submission": HUGE, f"initial-{name}": "?", name: "1"}
    merge = {"pick-": "mine", "pick-version": "mine", "mine-version": "x", "choose": ["version", "", "roles"]}
    assert office.post(urls[form], strange | merge).status_code in (200, 409)
    assert post_bytes(office, urls[form], name, "roles", "version", "submission").status_code == 200


def test_a_form_with_an_id_that_is_none_is_not_saved(office: Client) -> None:
    for strange in [*NOT_A_NUMBER, str(uuid4())[:-1]]:
        answer = office.post("/staff/new/", {"submission": strange, "username": "zoe", "display_name": "Zoe"})
        assert Page(answer).alerts
    assert not Staff.objects.filter(username="zoe").exists()


def test_a_form_with_a_version_that_is_none_is_not_saved(office: Client, alice: Staff) -> None:
    for strange in (*NOT_A_NUMBER, "1.5", "-1"):
        answer = office.post(f"/staff/{alice.pk}/edit/", {"version": strange, "username": "zoe", "display_name": "Zoe"})
        assert answer.status_code in (200, 409)
    assert not Staff.objects.filter(username="zoe").exists()


def test_a_stale_form_full_of_them_keeps_them(office: Client, urls: dict[str, str], naughty: list[str]) -> None:
    opened = Page(office.get("/hospital/")).values
    office.post("/hospital/", fill(opened, name_zh="新名"))
    allowed = [text.strip() for text in naughty if text.strip() and len(text) <= 200 and "\x00" not in text]
    for typed in rounds(packed(allowed, 200)[::25], ["address_zh", "address_en"]):
        answer = office.post("/hospital/", fill(opened, **typed))
        assert answer.status_code == 409
        assert_given_back(Page(answer), {f"mine-{name}": text for name, text in typed.items()})


WRONG_CHOICES = {
    "staff_create": {"department": NOT_A_CHOICE, "roles": NOT_A_CHOICE},
    "staff_edit": {"department": NOT_A_CHOICE, "roles": NOT_A_CHOICE},
    "department_create": dict.fromkeys(("parent", "kind", "head", "deputy"), NOT_A_CHOICE),
    "department_edit": dict.fromkeys(("parent", "kind", "head", "deputy"), NOT_A_CHOICE),
    "team_create": {"lead": NOT_A_CHOICE, "members": NOT_A_CHOICE},
    "team_edit": {"lead": NOT_A_CHOICE, "members": NOT_A_CHOICE},
    "absence_create": {"deputy": NOT_A_CHOICE, "starts_on": NOT_A_DAY, "ends_on": NOT_A_DAY},
    "setting_edit": {"value": NOT_A_NUMBER},
    "item_create": {"position": NOT_A_NUMBER, "code": ["", "a b", "周", "x" * 41, "\x00"]},
    "item_edit": {"position": [*NOT_A_NUMBER, "1.5"]},
}


@pytest.mark.parametrize("form", WRONG_CHOICES)
def test_form_says_at_each_field_that_it_is_no_choice_day_or_number(
    office: Client, urls: dict[str, str], form: str
) -> None:
    wrong = WRONG_CHOICES[form]
    opened = Page(office.get(urls[form])).values
    for at in range(max(len(values) for values in wrong.values())):
        typed = {name: values[at % len(values)] for name, values in wrong.items()}
        page = Page(office.post(urls[form], fill(opened, **typed)))
        assert set(page.errors) >= set(typed), typed


def test_many_wrong_choices_at_once_are_one_message(office: Client, urls: dict[str, str], naughty: list[str]) -> None:
    assert "roles" in Page(office.post("/staff/new/", {"roles": naughty, "username": "zoe"})).errors
    assert "members" in Page(office.post("/teams/new/", {"members": naughty, "name_zh": "组"})).errors


def test_what_is_allowed_is_stored_as_typed_and_never_runs(office: Client, naughty: list[str]) -> None:
    allowed = [text for text in naughty if 0 < len(text.strip()) <= 60 and "\x00" not in text][::64]
    for number, text in enumerate(allowed):
        office.post("/staff/new/", {"username": f"n{number}", "display_name": text, "submission": str(uuid4())})
        person = Staff.objects.get(username=f"n{number}")
        assert person.display_name == text.strip()
    script = '<script>alert("1")</script>'
    zoe = make.staff("zoe", display_name=script)
    for page in (f"/staff/{zoe.pk}/", "/staff/?q=zoe", f"/staff/{zoe.pk}/edit/", f"/staff/{zoe.pk}/deactivate/"):
        assert script not in office.get(page).content.decode()


# ── Addresses ────────────────────────────────────────────────────────────────

BY_NUMBER = {
    "accounts": (
        *("staff_detail", "staff_edit", "staff_reset_password", "staff_deactivate", "staff_reactivate"),
        *("absence_create", "absence_cancel", "department_edit", "team_edit"),
    ),
    "institution": ("setting_edit", "item_edit"),
}


@pytest.mark.parametrize("number", [999_999, int(HUGE), int("9" * 400)], ids=["none", "huge", "vast"])
def test_numbers_that_nobody_has_are_not_found(office: Client, number: int) -> None:
    for app, names in BY_NUMBER.items():
        for name in names:
            url = reverse(f"{app}:{name}", args=[number])
            method = office.get if name == "staff_detail" else office.post
            assert method(url, {"x": "1"}).status_code == 404, url


def test_addresses_of_wrong_shape_are_not_found(office: Client) -> None:
    parts = ("-1", "1.5", "abc", "%00", "1%2F2", quote("周"), "%ED%A0%80", "9" * 5_000, "..%2F..%2Fetc")
    places = ("/staff/{}/", "/lists/{}/", "/lists/{}/new/", "/departments/{}/edit/")
    for place, part in zip(cycle(places), (*parts, *parts)):  # nine parts, four places: each part in two of them
        assert office.get(place.format(part)).status_code == 404, (place, part)


QUERIES = {
    "/staff/": ("q", "role", "department", "is_active", "cursor"),
    "/audit/": ("who", "verb", "since", "until", "cursor"),
    "/departments/new/": ("official", "parent"),
    "/api/v1/staff/": ("q", "role", "department", "is_active", "cursor"),
    "/api/v1/departments/": ("cursor",),
}


@pytest.mark.parametrize("address", QUERIES)
def test_queries_may_hold_anything(office: Client, naughty: list[str], address: str) -> None:
    rows_only = {"HX-Request": "true", "HX-Target": "rows"}
    names = [name for name in QUERIES[address] if name != "cursor"]
    strange = [*packed(naughty[::9], 60)[::8], *LEFT_OUT[:2], HUGE, "-1", "2026-02-30"]
    for typed in rounds(strange, names) if names else []:
        assert office.get(address, typed, headers=rows_only).status_code in (200, 400)
    for raw in ("%ED%A0%80%FF%FE", "%00%"):
        query = "&".join(f"{name}={raw}" for name in names)
        assert office.get(f"{address}?{query}", headers=rows_only).status_code in (200, 400)
    for text in ("zzz", "cD0lMDA=", "a:b:c", "\x00周"):
        if "cursor" in QUERIES[address]:
            answer = office.get(address, {"cursor": text}, headers=rows_only)
            assert answer.status_code in (200, 404), text


def test_the_first_and_the_last_day_there_is_may_be_asked_for(office: Client) -> None:
    for days in ({"since": "0001-01-01", "until": "0001-01-01"}, {"since": "9999-12-31", "until": "9999-12-31"}):
        assert office.get("/audit/", days).status_code == 200


def test_a_filter_that_cannot_be_read_says_so_at_the_field_and_keeps_it(office: Client) -> None:
    for page, name, text in (
        ("/staff/", "q", "x" * 61),
        ("/staff/", "role", "emperor"),
        ("/staff/", "department", HUGE),
        ("/audit/", "since", "2026-02-30"),
        ("/audit/", "who", "abc"),
    ):
        assert f"id_{name}_error" in office.get(page, {name: text}).content.decode(), (page, name)
    assert 'value="2026-02-30"' in office.get("/audit/?since=2026-02-30").content.decode()


def test_absences_of_other_centuries_are_no_fault(office: Client, alice: Staff, frank: Staff, now: datetime) -> None:
    record_absence(
        staff=alice,
        starts_on=datetime(1, 1, 1).date(),  # noqa: DTZ001
        ends_on=datetime(9999, 12, 31).date(),  # noqa: DTZ001
        deputy=None,
        actor=frank.actor,
        at=now,
    )
    assert office.get(f"/staff/{alice.pk}/").status_code == 200
    assert in_english(make.client_of(alice)).get("/").status_code == 200
