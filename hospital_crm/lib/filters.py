"""Filters that several rooms use."""

import django_filters
from django import forms
from drf_spectacular.utils import extend_schema_field

from .keys import MOST_DIGITS


@extend_schema_field(int)
class KeyFilter(django_filters.Filter):
    """By the primary key of another row; one that does not exist, or is out of sight, leaves nothing."""

    field_class = forms.IntegerField

    def __init__(self, field_name: str) -> None:
        super().__init__(field_name=field_name, min_value=1, max_value=10**MOST_DIGITS - 1)
