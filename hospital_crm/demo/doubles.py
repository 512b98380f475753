"""Who came on file twice in the demo hospital, and a list that somebody brought, with a few faults in it."""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from hospital_crm.lib.phones import read_phone
from patients.models import ImportMapping, Patient
from patients.services.imports.mappings import Mapping
from patients.services.imports.runs import bring_file, map_columns, run_next_import, start_import
from patients.services.merges import merge_patients
from patients.services.patients import NewPhone, register_patient
from patients.services.scan import scan_some

from .people import Hospital

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Whose second record (by rank), with which numbers: a colleague did not find the first one.
TO_DECIDE = (15, ("13800002016",))
MERGED = (21, ("13800002022", "0571 5550 0122"))
KIND = ImportMapping.Kind.PATIENTS
FILE = "湖滨社区义诊登记.csv"
COLUMNS = {"name": "姓名", "sex": "性别", "birth": "出生日期", "phone": "手机", "department": "科室"}
# No row is like another: three are read, and four have a fault each, in the birth, the number, the sex, the name.
ROWS = (
    ("曹秀珍", "女", "1955-04-12", "13800004001", "白内障科"),
    ("邓志强", "男", "1962-11-30", "13800004002", "青光眼科"),
    ("田立军", "男", "1958-13-04", "13800004003", "白内障科"),
    ("彭桂香", "女", "1949-02-09", "13800004004", "白内障科"),
    ("杜建国", "男", "1966-09-15", "不详", "青光眼科"),
    ("潘美凤", "妇", "1961-07-08", "13800004006", "健康管理中心"),
    ("", "男", "1970-05-01", "13800004007", "健康管理中心"),
)


def seed_doubles(hospital: Hospital, patients: list[Patient], at: datetime) -> None:
    """Two records of one person are to be looked at, two others were merged yesterday; a file was brought in."""
    for rank, digits in (TO_DECIDE, MERGED):
        second = _second(hospital, patients[rank], digits, at - 3 * DAY)
    scan_some(at=at - 2 * DAY)
    manager = hospital.people["manager"].actor
    merge_patients(survivor=patients[MERGED[0]], merged=second, actor=manager, at=at - DAY)
    _seed_import(hospital, at - 3 * HOUR)


def _second(hospital: Hospital, first: Patient, digits: tuple[str, ...], at: datetime) -> Patient:
    same = ("name", "sex", "birth_year", "department")
    return register_patient(
        values={name: getattr(first, name) for name in same},
        phones=[NewPhone(read_phone(each)) for each in digits],
        actor=hospital.people["desk2"].actor,
        at=at,
    )


def _seed_import(hospital: Hospital, at: datetime) -> None:
    by: dict[str, Any] = {"actor": hospital.people["manager"].actor, "at": at}
    lines = [",".join(row) for row in (COLUMNS.values(), *ROWS)]
    content = ContentFile("\n".join(lines).encode("utf-8-sig"), FILE)
    run = bring_file(kind=KIND, content=content, **by)
    columns = {field: [heading] for field, heading in COLUMNS.items()}
    run = map_columns(run=run, mapping=Mapping(KIND, columns), **by)
    start_import(run=run, is_trial=False, **by)
    run_next_import(now=lambda: at)
