"""Find people by what is typed: characters, pinyin, initials, phones, numbers on file."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from patients.models import Patient
from tests import make
from tests.database import undone

# They only look for people, always the same four.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_people"), pytest.mark.xdist_group("search box")]


@pytest.fixture(scope="module")
def _people(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with undone(django_db_blocker):
        for name, phone in (
            ("张桂兰", "13800001234"),
            ("张三丰", "13900001234"),
            ("单田芳", "057155506620"),
            ("Anna Petrova Li", "95588"),
        ):
            make.patient(name, phone)
        yield


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("张", ["张三丰", "张桂兰"]),
        ("桂", ["张桂兰"]),
        ("桂兰", ["张桂兰"]),
        ("张三丰", ["张三丰"]),
        ("三张", []),
        ("zhang", ["张三丰", "张桂兰"]),
        ("ZHANG gui", ["张桂兰"]),
        ("zgl", ["张桂兰"]),
        ("zs", ["张三丰"]),
        ("shantian", ["单田芳"]),
        ("dtf", ["单田芳"]),
        ("anna", ["Anna Petrova Li"]),
        ("petrova", ["Anna Petrova Li"]),
        ("apl", ["Anna Petrova Li"]),
        ("1234", ["张三丰", "张桂兰"]),
        ("13800001234", ["张桂兰"]),
        ("+86 138 0000 1234", ["张桂兰"]),
        ("00001234", ["张三丰", "张桂兰"]),
        ("5550 6620", ["单田芳"]),
        ("01234", []),
        ("001234", []),
        ("0001234", []),
        ("1380000", []),
        ("1380000123", []),
        ("0571-5550", []),
        ("95588", ["Anna Petrova Li"]),
        ("9558", []),
        ("p-000002", ["张三丰"]),
        ("12", []),
        ("甲乙", []),
        ("%", []),
        ("", []),
    ],
)
def test_by_what_is_typed(typed: str, names: list[str]) -> None:
    assert [patient.name for patient in Patient.objects.found_by(typed).latest_contact_first()] == names
