"""Whom and what is asked for: always the same choice from the people on file, some of it rare and some common."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from django.db.models import Count, Max, Min

from accounts.models import Department
from hospital_crm.lib import pinyin
from patients.models import Patient, Phone, TimelineEntry

from .filled import NAME as FULLEST

COUNT = 200
NOBODY = ["甲乙", "丙丁", "戊己", "庚辛"]


@dataclass(frozen=True)
class Samples:
    patients: list[int]
    busiest: list[int]
    numbers: list[str]
    names: list[str]
    department: int
    fullest: int  # of whose page every panel has something in it

    @classmethod
    def read(cls) -> Samples:
        random = Random(7)
        ends = Patient.objects.aggregate(first=Min("pk"), last=Max("pk"))
        wanted = [random.randint(ends["first"], ends["last"]) for _ in range(COUNT)]
        people = Patient.objects.in_bulk(wanted)
        found = [people[key] for key in wanted if key in people]
        phones = dict(Phone.objects.filter(patient__in=people, is_primary=True).values_list("patient", "digits"))
        stories = TimelineEntry.objects.filter(patient__isnull=False).values("patient")
        departments = Patient.objects.values_list("department").annotate(number=Count("pk")).order_by("-number")
        return cls(
            patients=[patient.pk for patient in found],
            busiest=[row["patient"] for row in stories.annotate(lines=Count("pk")).order_by("-lines")[:20]],
            numbers=[phones[patient.pk] for patient in found if patient.pk in phones],
            names=[patient.name for patient in found if not patient.name.isascii()],
            department=Department.objects.get(pk=departments[0][0]).pk,
            fullest=Patient.objects.filter(name=FULLEST).latest("pk").pk,
        )

    @property
    def two_characters(self) -> list[str]:
        return [name[-2:] for name in self.names]

    @property
    def one_character(self) -> list[str]:
        return [name[-1:] for name in self.names] + [name[:1] for name in self.names]

    @property
    def pinyin(self) -> list[str]:
        return [pinyin.name_readings(name)[0].full for name in self.names]

    @property
    def initials(self) -> list[str]:
        return [pinyin.name_readings(name)[0].initials for name in self.names]

    @property
    def endings(self) -> list[str]:
        return [number[-4:] for number in self.numbers]
