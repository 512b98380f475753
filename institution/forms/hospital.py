from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.forms import CreateForm, EditForm
from institution.models import HospitalProfile, ReferenceItem, Setting


class ProfileForm(EditForm, forms.ModelForm[HospitalProfile]):
    website = forms.URLField(label=_("Website"), max_length=200, required=False, assume_scheme="https")

    class Meta:
        model = HospitalProfile
        fields = (
            "name_zh",
            "name_en",
            "licence_number",
            "consult_phone",
            "complaint_phone",
            "message_signature",
            "website",
            "address_zh",
            "address_en",
            "opening_hours_zh",
            "opening_hours_en",
            "directions_zh",
            "directions_en",
            "support_contact_zh",
            "support_contact_en",
        )
        widgets = {
            "directions_zh": forms.Textarea(attrs={"rows": 3}),
            "directions_en": forms.Textarea(attrs={"rows": 3}),
        }


class SettingForm(EditForm, forms.ModelForm[Setting]):
    class Meta:
        model = Setting
        fields = ("value",)

    def __init__(self, *args: Any, instance: Setting, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        lowest, highest = (f"{bound.normalize():f}" for bound in (instance.lowest, instance.highest))
        self.initial["value"] = f"{instance.value.normalize():f}"
        field = self.fields["value"]
        field.label = f"{instance.label} ({instance.get_unit_display()})"
        field.help_text = f"{lowest}–{highest} {instance.get_unit_display()}"
        field.validators += [MinValueValidator(Decimal(lowest)), MaxValueValidator(Decimal(highest))]
        field.widget.attrs.update(min=lowest, max=highest)


class ItemCreateForm(CreateForm, forms.ModelForm[ReferenceItem]):
    class Meta:
        model = ReferenceItem
        fields = ("label_zh", "label_en", "code", "position", "is_active")

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).lower()


class ItemEditForm(EditForm, forms.ModelForm[ReferenceItem]):
    """The code stays: imports and other programs know it."""

    class Meta:
        model = ReferenceItem
        fields = ("label_zh", "label_en", "position", "is_active")
