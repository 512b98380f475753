"""Form fields that several apps share."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .keys import is_key
from .moments import AFTER_ALL, BEFORE_ALL, is_thinkable
from .phones import NotAPhoneNumber, PhoneNumber, read_phone

DAYS_THAT_ARE_MEANT = (MinValueValidator(BEFORE_ALL), MaxValueValidator(AFTER_ALL))
LONGEST_NUMBER = 60  # as typed, with a country code, blanks and an extension in words


class PhoneField(forms.CharField):
    """A telephone number however it is typed; cleaned to a PhoneNumber, or None where none was given."""

    default_error_messages = {"no_number": _("This is no telephone number: it has 3 to 20 digits.")}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "tel"})
        super().__init__(max_length=LONGEST_NUMBER, widget=widget, **kwargs)

    def clean(self, value: Any) -> PhoneNumber | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_phone(text)
        except NotAPhoneNumber as error:
            raise ValidationError(self.error_messages["no_number"], code="no_number") from error


def warn_of_number(request: HttpRequest, number: PhoneNumber | None) -> None:
    """Validity warns and never refuses: whoever has saved a number that no plan has is told to look at it again."""
    if number is not None and not number.is_valid:
        words = ngettext(
            "The phone number that was saved, of %(count)d digit, fits no numbering plan. Is it as it was told?",
            "The phone number that was saved, of %(count)d digits, fits no numbering plan. Is it as it was told?",
            len(number.digits),
        )
        messages.warning(request, words % {"count": len(number.digits)})


class DayInput(forms.DateInput):
    """The browser's field for a day. It takes one form alone: in that of the language it would stand empty."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MomentField(forms.DateTimeField):
    """A day and a time of it, in a year that somebody may mean."""

    default_error_messages = {"no_moment": _("There is no such time here: look at the year.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime | None:
        try:
            moment: datetime | None = super().to_python(value)
            is_meant = moment is None or is_thinkable(moment)
        except OverflowError:  # at the edge of the calendar
            is_meant = False
        if not is_meant:
            raise ValidationError(self.error_messages["no_moment"], code="no_moment")
        return moment


class KeysOnly:
    """Mixed into a choice of several rows: what can be no key at all never reaches the database."""

    def _check_values(self, value: Any) -> Any:
        for key in value if isinstance(value, list | tuple) else ():
            if not is_key(str(key)):
                self_: Any = self
                raise ValidationError(
                    self_.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": key}
                )
        return super()._check_values(value)  # type: ignore[misc]


class KeysField(KeysOnly, forms.ModelMultipleChoiceField[Any]):
    """Several rows by their keys."""


class ColleagueField(forms.ModelChoiceField[Any]):
    """A colleague by name; whoever is away says until when, where the rows know it (`with_absence`)."""

    def label_from_instance(self, obj: Any) -> str:
        until = getattr(obj, "away_until", None)
        return with_absence(str(obj), until.isoformat()) if until else str(obj)


def with_absence(name: str, day: str) -> str:
    """The name of whoever is away, with the last day of it."""
    return str(_("%(name)s, away until %(day)s") % {"name": name, "day": day})
