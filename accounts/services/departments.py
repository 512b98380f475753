from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Actor, Department
from hospital_crm.lib.errors import DomainError

from .submissions import create_once
from .versions import save_version

MAX_LEVELS = 6  # what the pages can indent, and more than any hospital has


class DepartmentInsideItself(DomainError):
    """A department cannot belong to itself or to one below it."""

    message = _("A department cannot belong to itself or to a department below it.")
    field = "parent"


class DepartmentInUse(DomainError):
    """A department with active people or departments below it cannot be closed."""

    message = _("People or departments in use still belong to this department. Move them first.")


class DepartmentTooDeep(DomainError):
    """The tree has at most MAX_LEVELS levels."""

    message = _("The tree would have more than six levels. Choose a department further up.")
    field = "parent"


def create_department(
    *, values: dict[str, Any], actor: Actor, at: datetime, submission: UUID | None = None
) -> Department:
    """The department stands in the tree below its parent.

    Raises DuplicateSubmission, DepartmentTooDeep.
    """

    def create() -> Department:
        department = Department(**values, updated_at=at, updated_by=actor)
        parent = _locked(department.parent_id) if department.parent_id else None
        department.save()
        department.path = _path(parent, department)
        _require_depth(department.path)
        department.save(update_fields=["path"])
        audit.record(actor=actor, verb="department.created", subject=department, at=at)
        return department

    with transaction.atomic():
        return create_once(submission=submission, kind=Department._meta.label, create=create, actor=actor, at=at)


@transaction.atomic
def update_department(
    *, department: Department, version: int, values: dict[str, Any], actor: Actor, at: datetime
) -> Department:
    """The department is as given; what lies below moves with it.

    Raises StaleVersion, DepartmentInsideItself, DepartmentInUse, DepartmentTooDeep.
    """
    tree = _locked_tree()
    stored = tree[department.pk]
    parent = tree[values["parent"].pk] if values["parent"] else None
    if parent is not None and parent.path.startswith(stored.path):
        raise DepartmentInsideItself
    if stored.is_active and not values["is_active"]:
        _require_empty(stored)
    changed = save_version(department, version=version, values=values, actor=actor, at=at)
    if "parent" in changed:
        _move_tree(stored.path, _path(parent, stored))
        department.refresh_from_db()
    if changed:
        audit.record(actor=actor, verb="department.updated", subject=department, at=at, fields=changed)
    return department


def _locked(pk: int) -> Department:
    """Where it stands now; whoever moves it waits until what is added below it is there too."""
    return Department.objects.select_for_update(no_key=True).get(pk=pk)


def _locked_tree() -> dict[int | None, Department]:
    """As it stands now, not as a form read it; two moves at the same moment would tie a knot, so one waits."""
    return {row.pk: row for row in Department.objects.select_for_update(no_key=True).order_by("pk")}


def _path(parent: Department | None, department: Department) -> str:
    """Padded, so that sorting by path walks the tree."""
    return f"{parent.path if parent is not None else '/'}{department.pk:06d}/"


def _require_depth(*paths: str) -> None:
    if max(path.count("/") - 1 for path in paths) > MAX_LEVELS:
        raise DepartmentTooDeep


def _move_tree(old: str, new: str) -> None:
    moving = Department.objects.filter(path__startswith=old).values_list("path", flat=True)
    _require_depth(*(new + path.removeprefix(old) for path in moving))
    Department.objects.filter(path__startswith=old).update(path=Concat(Value(new), Substr("path", len(old) + 1)))


def _require_empty(department: Department) -> None:
    people = department.staff.filter(is_active=True)
    below = Department.objects.in_use().below(department).exclude(pk=department.pk)
    if people.exists() or below.exists():
        raise DepartmentInUse


audit.name_verbs(
    {
        "department.created": _("Department added"),
        "department.updated": _("Department changed"),
    }
)
