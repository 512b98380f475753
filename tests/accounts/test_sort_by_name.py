"""People stand in lists where their name's sound stands: Chinese by pinyin, others by their letters among them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse

from accounts.access import Role
from accounts.models import AuditEntry, Department, Staff
from accounts.services.staff import update_staff
from dashboards.reports.figures import promise_figures
from dashboards.reports.team import around
from hospital_crm.lib.pinyin import sort_key
from tests import make

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)

IN_ORDER = ["Anna Li", "陈敏", "李安", "连心", "吕布", "欧阳锋", "单晓", "曾小贤", "Zoë Müller"]
BY_CODE = sorted(IN_ORDER)


@pytest.fixture
def people(cataract: Department) -> list[Staff]:
    return [make.staff("", Role.CONSULTANT, display_name=name, department=cataract) for name in BY_CODE]


def standing(text: str) -> list[str]:
    """The names of the page, as they follow one another."""
    return sorted((name for name in IN_ORDER if name in text), key=text.index)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("陈敏", "赵倩"),
        ("李真", "连安"),  # syllable by syllable, not letter by letter
        ("单晓", "石红"),  # 单 as a surname is shan
        ("重庆", "周婷"),
        ("安安", "Anna"),
        ("zoe b", "Zoë C"),
        ("张三", "张三2"),
    ],
)
def test_key_follows_the_sound(first: str, second: str) -> None:
    assert sort_key(first) < sort_key(second)


@pytest.mark.parametrize("name", ["", "😀", "–"])
def test_name_without_a_sound_comes_first(name: str) -> None:
    assert sort_key(name) == ""


def test_lists_and_choices_follow_pinyin(
    people: list[Staff], frank: Staff, dana: Staff, signed_in: Callable[[Staff], Client]
) -> None:
    office, chief = signed_in(frank), signed_in(dana)
    pages = {
        "list": office.get(reverse("accounts:staff_list")),
        "members": office.get(reverse("accounts:team_create")),
        "head": office.get(reverse("accounts:department_create")),
        "who did it": office.get(reverse("accounts:audit_list")),
        "owner": chief.get(reverse("promises:promise_list")),
        "call's owner": signed_in(people[0]).get(reverse("consult:call_create")),
        "deputy": office.get(reverse("accounts:absence_create", args=[people[0].pk])),
    }
    for what, page in pages.items():
        got = standing(page.content.decode())
        assert len(got) >= len(IN_ORDER) - 1, what
        assert got == [name for name in IN_ORDER if name in got], what


def test_list_of_people_pages_in_the_same_order(frank: Staff, signed_in: Callable[[Staff], Client]) -> None:
    for number in range(26):
        make.staff(f"a{number}", display_name="安安")
    make.staff("z", display_name="一一")  # by its code it would come first
    office = signed_in(frank)
    first = office.get(reverse("accounts:staff_list")).content.decode()
    link = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "一一" not in first
    assert "一一" in office.get(link).content.decode()


def test_changed_name_stands_elsewhere_and_only_the_name_is_audited(
    people: list[Staff], frank: Staff, now: datetime
) -> None:
    person = next(each for each in people if each.display_name == "曾小贤")
    values = {"display_name": "阿贤"}
    update_staff(staff=person, version=1, values=values, roles=person.roles, actor=frank.actor, at=now)
    assert Staff.objects.filter(pk__in=[each.pk for each in people]).by_name().first() == person
    assert AuditEntry.objects.about(person).newest_first()[0].fields == ["display_name"]


def test_people_on_file_before_get_their_place(people: list[Staff]) -> None:
    Staff.objects.update(sort_key="")
    import_module("accounts.migrations.0006_staff_sorted_by_name").give_keys(apps, None)
    mine = Staff.objects.filter(pk__in=[each.pk for each in people])
    assert [each.display_name for each in mine.by_name()] == IN_ORDER


def test_tables_by_person_follow_pinyin_among_equals(
    people: list[Staff], dana: Staff, now: datetime, signed_in: Callable[[Staff], Client]
) -> None:
    promises = [make.promise(owner=person, due_at=now, at=now - HOUR) for person in people]
    figures = promise_figures(staff=dana, since=now.date(), until=now.date(), at=now)
    assert [line.name for line in figures.people] == IN_ORDER
    loads = around(dana, at=now).loads
    assert [load.staff.display_name for load in loads] == IN_ORDER[: len(loads)]
    chief = signed_in(dana)
    with time_machine.travel(now, tick=False):
        shared = chief.post(
            reverse("promises:promise_spread"), {"promise": [each.pk for each in promises]}, follow=True
        )
        assert standing(chief.get(reverse("promises:promise_print")).content.decode()) == IN_ORDER
    assert standing(shared.content.decode()) == IN_ORDER
