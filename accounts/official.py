"""The official list of hospital departments: the government's register of medical subjects (医疗机构诊疗科目名录)
and the usual functional departments, with our own English names. A fixture, read once.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

FIXTURE = Path(__file__).parent / "fixtures" / "official_departments.csv"


@dataclass(frozen=True)
class OfficialDepartment:
    code: str
    name_zh: str
    name_en: str
    parent: str
    kind: str

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.name_en if get_language() == "en" else self.name_zh

    def initial(self) -> dict[str, str]:
        """What a department's form takes over."""
        return {"name_zh": self.name_zh, "name_en": self.name_en, "official_code": self.code, "kind": self.kind}


@cache
def official_departments() -> dict[str, OfficialDepartment]:
    with FIXTURE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: OfficialDepartment(**row) for row in csv.DictReader(file)}
