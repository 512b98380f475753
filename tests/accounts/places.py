"""Every form of the administrator: where it stands, and the row that it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.forms import CheckboxInput, ModelForm, Textarea
from django.forms.widgets import Input
from django.utils.datastructures import MultiValueDict

from accounts.forms import (
    AbsenceForm,
    DepartmentCreateForm,
    DepartmentEditForm,
    OwnAccountForm,
    StaffCreateForm,
    StaffEditForm,
    TeamCreateForm,
    TeamEditForm,
)
from hospital_crm.lib.forms import EditForm
from institution.forms import ItemCreateForm, ItemEditForm, ProfileForm, SettingForm
from institution.models import ReferenceItem, Setting
from tests import make

Row = TypeVar("Row", bound=Model)


def text_names(kind: type[ModelForm[Any]]) -> list[str]:
    """The fields into which somebody types, in the order of the page."""
    widgets = {name: field.widget for name, field in kind.base_fields.items()}
    ticked = {name for name, widget in widgets.items() if isinstance(widget, CheckboxInput)}
    return [name for name, widget in widgets.items() if isinstance(widget, (Input, Textarea)) and name not in ticked]


@dataclass
class Place:
    """A form, where it stands, and the row that it is about."""

    kind: type[ModelForm[Any]]
    url: str
    row: Model | None = None

    def filled_in(self, typed: dict[str, str]) -> ModelForm[Any]:
        """What the view checks when this was sent."""
        about: Any = {"instance": self.row} if issubclass(self.kind, EditForm) else {}
        return self.kind(MultiValueDict({name: [text] for name, text in typed.items()}), **about)


def of_row(kind: type[ModelForm[Any]], url: str, row: Model) -> Place:
    return Place(kind, url.format(row=row), row)


def first(rows: QuerySet[Row]) -> Row:
    row = rows.first()
    assert row
    return row


def items() -> QuerySet[ReferenceItem]:
    return ReferenceItem.objects.select_related("list")


FORMS: dict[str, Callable[[], Place]] = {
    "staff_create": lambda: Place(StaffCreateForm, "/staff/new/"),
    "staff_edit": lambda: of_row(StaffEditForm, "/staff/{row.pk}/edit/", make.staff("", "doctor")),
    "my_account": lambda: Place(OwnAccountForm, "/account/"),
    "absence_create": lambda: of_row(AbsenceForm, "/staff/{row.pk}/absences/new/", make.staff()),
    "department_create": lambda: Place(DepartmentCreateForm, "/departments/new/"),
    "department_edit": lambda: of_row(DepartmentEditForm, "/departments/{row.pk}/edit/", make.department()),
    "team_create": lambda: Place(TeamCreateForm, "/teams/new/"),
    "team_edit": lambda: of_row(TeamEditForm, "/teams/{row.pk}/edit/", make.team("咨询组", make.staff())),
    "profile_edit": lambda: Place(ProfileForm, "/hospital/"),
    "setting_edit": lambda: of_row(SettingForm, "/settings/numbers/{row.pk}/", first(Setting.objects.all())),
    "item_create": lambda: of_row(ItemCreateForm, "/lists/{row.list.code}/new/", first(items())),
    "item_edit": lambda: of_row(ItemEditForm, "/lists/items/{row.pk}/", first(items())),
}
