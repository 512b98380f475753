"""What one keeps for oneself: tokens and saved views."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import SavedView
from accounts.models.saved_views import LONGEST_QUERY
from accounts.services.saved_views import LISTS
from hospital_crm.lib.forms import CreateForm, EditForm, StyledForm


class TokenForm(StyledForm, forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=60)
    days = forms.IntegerField(
        label=_("Valid for (days)"),
        min_value=1,
        max_value=366,
        initial=90,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class SavedViewForm(CreateForm, forms.ModelForm[SavedView]):
    """The list and its conditions come along with the link that led here."""

    list = forms.ChoiceField(choices=lambda: list(LISTS.items()), widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=2 * LONGEST_QUERY, widget=forms.HiddenInput)

    class Meta:
        model = SavedView
        fields = ("name", "opens_first")


class SavedViewEditForm(EditForm, forms.ModelForm[SavedView]):
    class Meta:
        model = SavedView
        fields = ("name", "opens_first")
