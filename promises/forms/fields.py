"""What several forms about promises share."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Staff


def one_is_enough(form: forms.Form, *names: str) -> None:
    """None of these fields has to be filled, but one of them: so none says that it is optional."""
    for name in names:
        form.fields[name].is_alternative = True  # type: ignore[attr-defined]


def keepers() -> Any:
    """Colleagues who may keep promises, by name."""
    return Staff.objects.keepers().by_name()
