"""Bad input: never a fault of the server; what is wrong stands at the field, what was typed is still there.

The strings are the "big list of naughty strings" among the samples, and below what that list leaves out.
A fault of the server needs no assertion: the test's browser raises it.
"""

import json
from datetime import datetime
from itertools import cycle, product, zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from accounts.forms import StaffCreateForm, StaffEditForm
from accounts.models import Department, Staff
from accounts.services.absences import record_absence
from accounts.services.submissions import first_result
from tests import make
from tests.conftest import SignedIn

from .pages import Page, fill, in_english, sign_in
from .places import FORMS, Place, text_names

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
DIGITS_OF_OTHERS = ["１２３４５６", "٣" * 6]
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
    names, passwords = packed(by_length[:third], 150), packed(by_length[third : 2 * third], 1_000)
    targets = packed(by_length[2 * third :], 4_000)
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


PROTECTION = {
    "confirm": ("password",),
    "password": ("oldpassword", "password1", "password2"),
    "second-factor/activate": ("code",),
}


@pytest.mark.parametrize("form", PROTECTION)
def test_forms_about_ones_own_protection_take_them_too(
    client: Client, alice: Staff, naughty: list[str], form: str
) -> None:
    sign_in(client, "alice")
    for text in (" ".join(naughty), *(DIGITS_OF_OTHERS if form.endswith("activate") else ())):
        sent = dict.fromkeys(PROTECTION[form], text)
        assert client.post(f"/account/{form}/", sent).status_code in (200, 302, 429)
    alice.refresh_from_db()
    assert alice.check_password(make.PASSWORD)


def test_the_code_at_sign_in_takes_them_too(client: Client, frank: Staff, naughty: list[str]) -> None:
    for text in (" ".join(naughty), "\x00", *DIGITS_OF_OTHERS):
        sign_in(client, "frank")
        page = Page(client.post("/sign-in/code/", {"code": text}))
        assert list(page.errors) == ["code"]
    assert client.get("/account/").status_code == 302


# ── Every form of the administrator ──────────────────────────────────────────

every_form = pytest.mark.parametrize("form", FORMS)


@pytest.fixture
def place(db: None, form: str) -> Place:
    return FORMS[form]()


def test_staff_form_takes_every_naughty_string_and_gives_it_back(office: Client, naughty: list[str]) -> None:
    before = Staff.objects.count()
    for typed in rounds(packed(naughty, 1_000), text_names(StaffCreateForm)):
        answer = office.post("/staff/new/", typed)  # without the id of a submission it is never saved
        assert_given_back(Page(answer), typed)
    assert Staff.objects.count() == before


@every_form
def test_form_takes_a_choice_of_them(office: Client, place: Place, naughty: list[str]) -> None:
    """Saved where they are allowed, at the field where they are not; either way nothing is lost."""
    opened = Page(office.get(place.url))
    typed = dict(zip(opened.texts, naughty[9 :: 515 // len(opened.texts)], strict=False))
    answer = office.post(place.url, fill(opened.values, **typed))
    page = Page(answer)
    if answer.status_code == 200 and "one-time-password" not in page.text:
        assert page.errors
        assert_given_back(page, typed)


@every_form
def test_form_says_at_each_field_what_is_too_long_or_broken(office: Client, place: Place) -> None:
    typed = dict(zip(text_names(place.kind), cycle(("x" * 10_000, "a\x00b"))))
    page = Page(office.post(place.url, {"kind": Department.Kind.values[0], **typed}))
    assert page.texts == list(typed)
    assert set(page.errors) == set(typed)
    assert_given_back(page, typed)


@every_form
def test_form_may_come_from_anywhere(office: Client, place: Place) -> None:
    """With half characters and without most fields, with ids that we never gave, from a merge page never shown."""
    name = text_names(place.kind)[0]
    answer = post_bytes(office, place.url, name, "roles", "version", "submission")
    assert answer.status_code == 200
    page = Page(answer)
    assert page.errors or page.alerts
    strange = {"version": HUGE, "submission": HUGE, f"initial-{name}": "?", name: "1"}
    merge = {"pick-": "mine", "pick-version": "mine", "mine-version": "x", "choose": ["version", "", "roles"]}
    assert office.post(place.url, strange | merge).status_code in (200, 409)


def test_a_form_with_an_id_that_is_none_is_not_saved(office: Client) -> None:
    typed = {"username": "zoe", "display_name": "Zoe"}
    for strange in [*NOT_A_NUMBER, str(uuid4())[:-1]]:
        assert first_result(strange, "accounts.Staff") is None
        assert list(StaffCreateForm({**typed, "submission": strange}).errors) == ["submission"]
    assert Page(office.post("/staff/new/", {**typed, "submission": "\x00"})).alerts
    assert not Staff.objects.filter(username="zoe").exists()


def test_a_form_with_a_version_that_is_none_is_not_saved(office: Client, alice: Staff) -> None:
    typed = {"username": "zoe", "display_name": "Zoe"}
    for strange in (*NOT_A_NUMBER, "1.5"):
        form = StaffEditForm({**typed, "version": strange}, instance=alice)
        assert list(form.errors) == ["version"] or strange == HUGE
    for strange in (HUGE, "-1", "\x00"):
        assert office.post(f"/staff/{alice.pk}/edit/", {**typed, "version": strange}).status_code in (200, 409)
    assert not Staff.objects.filter(username="zoe").exists()


def test_a_stale_form_full_of_them_keeps_them(office: Client, naughty: list[str]) -> None:
    opened = Page(office.get("/hospital/")).values
    office.post("/hospital/", fill(opened, name_zh="新名"))
    allowed = [text.strip() for text in naughty if text.strip() and len(text) <= 200 and "\x00" not in text]
    fields = ("address_zh", "address_en", "opening_hours_zh", "opening_hours_en")
    typed = dict(zip(fields, packed(allowed, 200)[::25], strict=False))
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
def test_form_says_at_each_field_that_it_is_no_choice_day_or_number(office: Client, place: Place, form: str) -> None:
    wrong = WRONG_CHOICES[form]
    for at in range(max(len(values) for values in wrong.values())):
        typed = {name: values[at % len(values)] for name, values in wrong.items()}
        assert set(place.filled_in(typed).errors) >= set(typed), typed
    page = Page(office.post(place.url, {name: values[-1] for name, values in wrong.items()}))
    assert set(page.errors) >= set(wrong)


def test_many_wrong_choices_at_once_are_one_message(office: Client, naughty: list[str]) -> None:
    assert "roles" in Page(office.post("/staff/new/", {"roles": naughty, "username": "zoe"})).errors
    assert "members" in Page(office.post("/teams/new/", {"members": naughty, "name_zh": "组"})).errors


def test_what_is_allowed_is_stored_as_typed_and_never_runs(office: Client, naughty: list[str]) -> None:
    allowed = [text for text in naughty if 0 < len(text.strip()) <= 60 and "\x00" not in text][::64]
    for number, text in enumerate(allowed):
        form = StaffCreateForm({"username": f"n{number}", "display_name": text, "submission": str(uuid4())})
        assert form.is_valid(), text
        assert form.cleaned_data["display_name"] == text.strip()
    office.post("/staff/new/", {"username": "n1", "display_name": allowed[-1], "submission": str(uuid4())})
    assert Staff.objects.get(username="n1").display_name == allowed[-1].strip()
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


@pytest.mark.parametrize("number", [999_999, int(HUGE)], ids=["none", "huge"])
def test_numbers_that_nobody_has_are_not_found(office: Client, number: int) -> None:
    for app, names in BY_NUMBER.items():
        for name in names:
            url = reverse(f"{app}:{name}", args=[number])
            method = office.get if name == "staff_detail" else office.post
            assert method(url, {"x": "1"}).status_code == 404, url


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("/staff/999999/", "There is no person 999999"),
        ("/teams/999999/edit/", "There is no team 999999"),
        ("/patients/999999/", "There is no patient 999999"),
        ("/no-such-page/", "There is no /no-such-page/"),
    ],
)
def test_the_page_names_what_was_not_found(
    office: Client, dana: Staff, signed_in: SignedIn, url: str, what: str
) -> None:
    browser = in_english(signed_in(dana)) if "patients" in url else office
    assert f"<h1>{what}</h1>" in make.tight(browser.get(url).content.decode())


def test_a_number_longer_than_any_is_not_found(office: Client) -> None:
    for app, names in BY_NUMBER.items():
        assert office.post(reverse(f"{app}:{names[-1]}", args=[int("9" * 400)])).status_code == 404


def test_addresses_of_wrong_shape_are_not_found(office: Client) -> None:
    parts = ("-1", "1.5", "abc", "%00", "1%2F2", quote("周"), "%ED%A0%80", "9" * 5_000, "..%2F..%2Fetc")
    places = ("/staff/{}/", "/lists/{}/", "/lists/{}/new/", "/departments/{}/edit/")
    for place, part in zip(cycle(places), parts):
        assert office.get(place.format(part)).status_code == 404, (place, part)
    for place, part in product(places[::3], parts):  # whatever is no number reaches no view
        with pytest.raises(Resolver404):
            resolve(unquote(place.format(part), errors="replace"))


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
    strange = [" ".join(naughty[::9])[:4_000], *LEFT_OUT[:2], HUGE, "-1", "2026-02-30"]
    for typed in rounds(strange, names) if names else []:
        assert office.get(address, typed, headers=rows_only).status_code in (200, 400)
    query = "&".join(f"{name}={raw}" for name, raw in zip(names, cycle(("%ED%A0%80%FF%FE", "%00%"))))
    assert office.get(f"{address}?{query}", headers=rows_only).status_code in (200, 400)
    if "cursor" in QUERIES[address]:  # what a cursor may be has tests of its own
        for text in ("cD0lMDA=", "\x00周"):
            answer = office.get(address, {"cursor": text}, headers=rows_only)
            assert answer.status_code in (200, 404), text


def test_the_first_and_the_last_day_there_is_may_be_asked_for(office: Client) -> None:
    for days in ({"since": "0001-01-01", "until": "0001-01-01"}, {"since": "9999-12-31", "until": "9999-12-31"}):
        assert office.get("/audit/", days).status_code == 200


def test_a_filter_that_cannot_be_read_says_so_at_the_field_and_keeps_it(office: Client) -> None:
    for url, typed in (
        ("/staff/", {"q": "x" * 61, "role": "emperor", "department": HUGE}),
        ("/audit/", {"since": "2026-02-30", "who": "abc"}),
    ):
        page = office.get(url, typed).content.decode()
        assert [name for name in typed if f"id_{name}_error" not in page] == []
        assert 'value="2026-02-30"' in page or url == "/staff/"


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
