"""What was sent is read as any serializer with these fields would read it."""

from typing import Any

import pytest
from rest_framework import serializers

from patients.serializers import PatientCreateSerializer, PatientUpdateSerializer
from patients.serializers.numbers import NewPhoneSerializer

BODIES: tuple[Any, ...] = (
    {},
    {"name": "张桂兰"},
    {"name": "", "sex": "other", "department": 0, "preferred_from": "25:00", "unknown": 1},
    {"name": "张桂兰", "birth": "1953-08-21", "residence": "杭州", "email": "x", "died_on": None, "source": None},
    {"name": "张桂兰", "phones": [{"number": "13800000017"}, {"number": "0571 5550100", "kind": "work"}]},
    {"name": "张桂兰", "phones": [{"number": "1"}, {"owner": "own"}, 3], "identifiers": [{"type": "passport"}]},
    {"name": "张桂兰", "phones": {}, "guardian": {"name": "王"}, "guardian_unknown": "maybe"},
    {"name": "张桂兰", "guardian": None, "submission": 3, "is_another": None, "version": 2},
    {"version": "x", "hospital_number": None},
    [],
    "name",
    None,
)
KINDS = (PatientCreateSerializer, PatientUpdateSerializer, NewPhoneSerializer)


def read(kind: type[serializers.Serializer[Any]], body: Any) -> tuple[bool, Any, Any]:
    sent = kind(data=body)
    return sent.is_valid(), sent.errors, sent.validated_data


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", BODIES, ids=str)
def test_it_is_read_as_with_all_fields(db: None, kind: type[serializers.Serializer[Any]], body: Any) -> None:
    whole: Any = type(kind.__name__, (kind,), {"get_fields": serializers.Serializer.get_fields})
    assert read(kind, body) == read(whole, body)


def test_one_request_leaves_nothing_in_the_fields_of_the_next() -> None:
    first, second = (NewPhoneSerializer(data={"number": "13800000017"}) for _ in range(2))
    assert first.fields["number"] is not second.fields["number"]
    assert NewPhoneSerializer._declared_fields["number"].parent is None


def test_all_fields_are_there_for_whoever_describes_them() -> None:
    assert list(PatientUpdateSerializer().fields) == list(PatientUpdateSerializer._declared_fields)
