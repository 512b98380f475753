"""The rows that every hospital starts with, and that they can be taken back."""

from importlib import import_module

from django.apps import apps

from institution.models import HospitalProfile, ReferenceItem, ReferenceList, Setting, WorkingCalendar, WorkingHours

first_rows = import_module("institution.migrations.0002_first_rows")
MODELS = (HospitalProfile, Setting, ReferenceList, ReferenceItem, WorkingCalendar, WorkingHours)


def counts() -> list[int]:
    return [model._default_manager.count() for model in MODELS]


def test_a_new_hospital_has_its_profile_and_opens_from_monday_to_friday(db: None) -> None:
    assert HospitalProfile.objects.get().version == 1
    hours = WorkingCalendar.objects.of_hospital().hours.order_by("weekday", "opens_at")
    assert {row.weekday for row in hours} == {1, 2, 3, 4, 5}
    assert [str(row) for row in hours][:2] == ["1 08:00–12:00", "1 13:30–17:30"]


def test_every_number_stands_at_its_default_within_its_bounds_and_names_its_source(db: None) -> None:
    settings = list(Setting.objects.all())
    assert settings
    for setting in settings:
        assert setting.lowest <= setting.default == setting.value <= setting.highest
        assert all((setting.label_zh, setting.label_en, setting.source_zh, setting.source_en, setting.area))
        assert setting.unit in Setting.Unit.values


def test_every_choice_has_both_labels(db: None) -> None:
    assert {row.code for row in ReferenceList.objects.all()} >= {"media_source", "insurance"}
    assert not ReferenceItem.objects.filter(label_zh="").exists()
    assert not ReferenceItem.objects.filter(label_en="").exists()


def test_can_be_taken_back_and_added_again(db: None) -> None:
    # What upper apps brought is taken back before.
    Setting.objects.exclude(area__in=("files", "jobs")).delete()
    ReferenceItem.objects.exclude(list__code__in=first_rows.LISTS).delete()
    ReferenceList.objects.exclude(code__in=first_rows.LISTS).delete()
    before = counts()
    assert all(before)
    first_rows.remove_rows(apps, None)
    assert counts() == [0] * len(MODELS)
    first_rows.add_rows(apps, None)
    assert counts() == before
