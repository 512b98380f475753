"""A query that is kept answers as the ORM does, whoever asks and with whatever words."""

from datetime import datetime
from typing import Any

import pytest
from django.db import models
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import timezone

from accounts.access import Role
from accounts.models import Department, SavedView, Staff
from accounts.services.list_views import views_of
from consult.reports.callers import MOST_CANDIDATES, Callers
from dashboards.reports.search import find_people
from hospital_crm.lib import paging, prepared
from hospital_crm.lib.prepared import Gap, Prepared, listed
from institution.models import ReferenceItem, Setting
from patients.filters import BY_LEVEL, NEWEST
from patients.models import DuplicatePair, Organisation, Patient, Phone
from patients.reports.columns import COLUMNS
from patients.reports.people import PeopleFound
from patients.reports.words import Words
from patients.services.relatives import sharers_of
from patients.views import panels
from tests import make
from tests.patients import filling

NAMES = ("陈安安", "陈安", "李安安", "Anna Baker", "欧阳安娜")
NUMBERS = ("13800000017", "13800000018", "05715550100", "1380000", "0017", "00861380000001", "")
WORDS = ("安", "安安", "陈安安", "chenanan", "caa", "13800000017", "0017", "P000001", "%", "_", "'", "\\", "  ", "Ann")


@pytest.fixture
def people(db: None, now: datetime) -> list[Patient]:
    heart, eyes = make.department("心内科"), make.department("眼科")
    return [
        make.patient(name, phone=NUMBERS[each % 3], department=(heart, eyes)[each % 2])
        for each, name in enumerate(NAMES)
    ]


def keys_of(rows: list[Patient]) -> list[int]:
    return [row.pk for row in rows]


@pytest.mark.parametrize("role", Role)
def test_who_calls_is_whom_the_question_finds(people: list[Patient], role: Role, now: datetime) -> None:
    reader, today = make.staff("", role, department=people[0].department), now.date()
    for number in (*NUMBERS, *reversed(NUMBERS)):
        found = Callers(staff=reader, today=today, number=number, name="", who="").candidates
        visible = Patient.objects.visible_to(reader, today).behind_number(number)
        asked = list(visible.most_owed_first(reader)[:MOST_CANDIDATES])
        assert [each.person for each in found if each.is_patient] == asked, number


@pytest.mark.parametrize("role", Role)
def test_the_search_box_finds_whom_the_question_finds(people: list[Patient], role: Role, now: datetime) -> None:
    reader = make.staff("", role, department=people[0].department)
    for words in (*WORDS, *reversed(WORDS)):
        found = Patient.objects.visible_to(reader).found_by(words).latest_contact_first()
        assert find_people(staff=reader, text=words).patients == list(found), words


@pytest.mark.parametrize("words", ["示范", "shifan", "o-000001", "O-000002", "O-0000", "%", "_", "'", "Sample"])
def test_organisations_too(db: None, alice: Staff, words: str) -> None:
    make.organisation("示范中学", kind="school")
    make.organisation("Sample 诊所_1", kind="clinic")
    plain = Organisation.objects.found_by(words).visible_to(alice).active().newest_first()
    assert find_people(staff=alice, text=words).organisations == list(plain), words


def test_both_kinds_of_number_find_an_organisation(db: None, alice: Staff) -> None:
    place = make.organisation("示范中学", kind="school")
    assert find_people(staff=alice, text=place.number.lower()).organisations == [place]


def test_a_condition_that_works_on_words_takes_no_gap(db: None) -> None:
    with pytest.raises(TypeError, match="has no words yet"):
        Prepared[Patient]().rows("iexact", lambda: Patient.objects.filter(name=str(Gap("name", models.TextField()))))


def test_the_number_of_each_found_one_is_there(people: list[Patient], alice: Staff) -> None:
    first, other = find_people(staff=alice, text="陈安").patients
    assert {first.digits, other.digits} == {NUMBERS[0], NUMBERS[1]}  # type: ignore[attr-defined]


def test_whoever_loses_a_role_finds_less_at_once(people: list[Patient], now: datetime) -> None:
    reader = make.staff("reader", Role.GUIDE)
    assert find_people(staff=reader, text="陈安").patients != []
    reader.role_grants.all().delete()
    reader.role_grants.create(role=Role.DOCTOR)
    assert find_people(staff=Staff.objects.get(pk=reader.pk), text="陈安").patients == []


def test_whoever_moves_finds_the_people_of_the_new_place(people: list[Patient]) -> None:
    reader = make.staff("reader", Role.DOCTOR, department=people[0].department)
    before = find_people(staff=reader, text="陈安").patients
    Staff.objects.filter(pk=reader.pk).update(department=people[1].department)
    after = find_people(staff=Staff.objects.get(pk=reader.pk), text="陈安").patients
    assert (before, after) == ([people[0]], [people[1]])


def test_a_setting_is_read_as_it_stands(db: None) -> None:
    setting = Setting.objects.order_by("key")[0]
    assert Setting.objects.number(setting.key) == setting.value
    Setting.objects.filter(pk=setting.pk).update(value=setting.value + 1)
    assert Setting.objects.number(setting.key) == setting.value + 1
    with pytest.raises(Setting.DoesNotExist):
        Setting.objects.number("no such key")


def test_only_so_many_are_kept(people: list[Patient], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "MOST_KEPT", 2)
    built: list[int] = []
    question = Prepared[Patient]()

    def ask(key: int) -> list[Patient]:
        def build() -> models.QuerySet[Patient]:
            built.append(key)
            return Patient.objects.filter(name=Gap("name", models.TextField())).order_by("pk")

        return question.rows(key, build, {"name": "陈安"})

    assert [ask(key) for key in (1, 1, 2, 2, 3, 1)] == [[people[1]]] * 6
    assert built == [1, 2, 3, 1]


def test_a_query_that_can_find_nothing_asks_nothing(db: None, django_assert_num_queries: object) -> None:
    question = Prepared[Patient]()
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert question.rows("none", Patient.objects.none) == []


def test_what_is_prefetched_is_there(people: list[Patient], django_assert_num_queries: object) -> None:
    question = Prepared[Patient]()
    with django_assert_num_queries(2):  # type: ignore[operator]
        found = question.rows("all", lambda: Patient.objects.order_by("pk").prefetch_related("phones"))
        assert [len(each.phones.all()) for each in found] == [1] * len(people)
        assert all(phone.patient is each for each in found for phone in each.phones.all())


def test_what_is_prefetched_for_a_list_is_what_the_orm_prefetches(people: list[Patient], alice: Staff) -> None:
    filling.tagged(people[0], alice, timezone.now())
    people[1].phones.all().delete()
    plain = Patient.objects.order_by("-pk").prefetch_related("phones", "tags__tag", "tags")
    for rows in (plain, plain[:2], plain.none(), plain.filter(pk=people[0].pk)):
        assert [shown_with(each) for each in listed(rows)] == [shown_with(each) for each in rows]


def test_what_was_prefetched_can_still_be_asked(people: list[Patient]) -> None:
    first, second = listed(Patient.objects.order_by("pk").prefetch_related("phones"))[:2]
    assert first.phones.filter(is_primary=True).get().patient == first
    assert set(first.phones.filter(is_primary=True)) & set(second.phones.all()) == set()


def shown_with(patient: Patient) -> tuple[Patient, list[Phone], list[str]]:
    return patient, list(patient.phones.all()), [each.tag.code for each in patient.tags.all()]


@pytest.mark.parametrize("role", Role)
def test_the_panels_of_a_patient_hold_what_the_questions_find(
    people: list[Patient], alice: Staff, role: Role, now: datetime
) -> None:
    reader = make.staff("", role, department=people[0].department)
    for patient in (filling.filled(alice, now), people[0]):
        patient.department = people[0].department
        patient.save()
        assert panels.consents_of(patient) == list(patient.consents.in_order())
        assert panels.tags_of(patient) == list(patient.tags.all())
        assert panels.documents_of(patient) == list(patient.identifiers.in_order())
        employers = patient.employments.visible_to(reader).latest_first()
        assert panels.employers_of(patient, reader) == list(employers)
        alike = DuplicatePair.objects.visible_to(reader).alike().of(patient).order_by("-score", "-pk")
        assert panels.alike_to(patient, reader) == list(alike)
        same = Phone.objects.filter(digits__in=patient.phones.values("digits")).exclude(patient=patient)
        sharers = Patient.objects.visible_to(reader).filter(pk__in=same.values("patient")).order_by("pk")
        assert sharers_of(patient, reader, []) == list(sharers)
        chosen = [getattr(patient, f"{name}_id") for name in panels.FROM_LISTS]
        panels.read_lists(patient, reader)
        assert [item and item.pk for item in (getattr(patient, name) for name in panels.FROM_LISTS)] == chosen


def test_the_lists_of_the_hospital_are_those_that_there_are(db: None) -> None:
    make.department("心内科")
    words = Words.read(sees_levels=True)
    assert list(words.tags) == list(ReferenceItem.objects.of_list("patient_tag"))
    assert list(words.sources) == list(ReferenceItem.objects.of_list("media_source"))
    assert list(words.departments) == list(Department.objects.in_tree_order())


def test_saved_views_are_those_of_the_person_and_the_list(alice: Staff, now: datetime) -> None:
    for staff, name in ((alice, "b"), (alice, "a"), (make.staff("other", Role.GUIDE), "c")):
        written = {"updated_at": now, "updated_by": staff.actor}
        SavedView.objects.create(staff=staff, list="patients:patient_list", name=name, query="sex=male", **written)
    found = views_of(alice, "patients:patient_list", QueryDict()).rows
    assert [view.name for view in found] == ["a", "b"]
    assert views_of(alice, "consult:call_list", QueryDict()).rows == []


def test_rows_are_made_as_the_orm_makes_them(people: list[Patient], monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Patient.objects.order_by("pk")
    rows = Prepared[Patient]().rows("all", lambda: plain)
    for row, other in zip(rows, plain, strict=True):
        made = [{**vars(each), "_state": (each._state.db, each._state.adding)} for each in (row, other)]
        assert made[0] == made[1]
    monkeypatch.setattr(Patient, "from_db", classmethod(lambda cls, *read: cls(*read[2])))
    with pytest.raises(TypeError, match="in a way of its own"):
        Prepared[Patient]().rows("all", Patient.objects.all)


def told_filters(people: list[Patient], alice: Staff) -> list[dict[str, Any]]:
    """Each condition of the list of people by itself, and some together."""
    filling.tagged(people[0], alice, timezone.now())
    tags = [each.tag_id for each in people[0].tags.all()]
    heart, eyes = (people[each].department_id for each in (0, 1))
    source = ReferenceItem.objects.of_list("media_source")[0]
    Patient.objects.filter(pk=people[1].pk).update(source=source, sex="male", service_level=3)
    return [
        {}, {"department": heart}, {"department": eyes}, {"department": "null"}, {"source": source.pk},
        {"source": "null"}, {"sex": "male"}, {"sex": "female"}, {"client": "outpatient"}, {"level": "a"},
        {"tag": tags}, {"tag": tags[:1]}, {"q": "陈安"}, {"q": "0017"}, {"q": "%"}, {"q": "安", "department": eyes},
        {"department": eyes, "source": source.pk, "sex": "male"}, {"sort": "level"},
        {"guardian": "missing"},
    ]  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_the_list_of_people_is_what_its_filter_finds(people: list[Patient], alice: Staff, role: Role) -> None:
    reader, request = make.staff("", role, department=people[0].department), RequestFactory().get("/")
    for told in told_filters(people, alice) * 2:
        found = PeopleFound(told, staff=reader, today=timezone.localdate())
        plain = Patient.objects.visible_to(reader).matching(**told)
        columns = list(COLUMNS.values())
        page = found.page(request, columns=columns, ordering=NEWEST)
        assert [shown_with(each) for each in page.rows] == [shown_with(each) for each in plain.order_by(*NEWEST)], told
        assert found.count() == plain.count()


@pytest.mark.parametrize("ordering", [NEWEST, BY_LEVEL])
def test_its_pages_are_those_of_the_plain_query(
    people: list[Patient], alice: Staff, ordering: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE_ROWS", 2)
    Patient.objects.filter(pk=people[3].pk).update(service_level=3)
    found, plain = PeopleFound({}, staff=alice, today=timezone.localdate()), Patient.objects.visible_to(alice)
    url, ways = "/", ["next_url", "next_url", "previous_url", "previous_url"]
    for way in [*ways, "", *ways, ""]:
        request = RequestFactory().get(url)
        page = found.page(request, columns=[], ordering=ordering)
        assert page == paging.page_of(plain, request, ordering=ordering)
        assert len(page.rows) in (1, 2)
        url = getattr(page, way) if way else "/"
