"""What is done for many patients at once."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Staff
from hospital_crm.lib.fields import KeysField
from hospital_crm.lib.forms import CreateForm
from institution.models import ReferenceItem
from patients.services.bulk_departments import departments_led_by
from patients.services.tags import LIST


class TagsForm(CreateForm, forms.Form):
    """For one patient: those that are not there yet."""

    tags = KeysField(
        ReferenceItem.objects.none(),
        label=_("Tags"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one tag.")},
    )

    def __init__(self, *args: object, besides: set[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        offered = ReferenceItem.objects.of_list(LIST).filter(is_active=True).exclude(pk__in=besides)
        self.fields["tags"].queryset = offered  # type: ignore[attr-defined]


class BulkTagsForm(CreateForm, forms.Form):
    """For many: what is put on and what is taken off, the latter also of tags that are not in use any more."""

    on = KeysField(ReferenceItem.objects.none(), label=_("Put on"), required=False, widget=forms.CheckboxSelectMultiple)
    off = KeysField(
        ReferenceItem.objects.none(), label=_("Take off"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        tags = ReferenceItem.objects.of_list(LIST)
        self.fields["on"].queryset = tags.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["off"].queryset = tags  # type: ignore[attr-defined]
        for name in ("on", "off"):
            self.fields[name].is_alternative = True  # type: ignore[attr-defined]
            self.fields[name].col = "w4"  # type: ignore[attr-defined]


class BulkDepartmentForm(CreateForm, forms.Form):
    """For many: whose they are from now on, of the departments that the person leads."""

    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=_("Department"),
        empty_label=_("Choose"),
        help_text=_("They become its patients: its doctors find them, its figures count them. Nothing is promised."),
    )

    def __init__(self, *args: object, leader: Staff, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments_led_by(leader)  # type: ignore[attr-defined]
