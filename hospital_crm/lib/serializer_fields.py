"""Fields that the serializers of several rooms share."""

from copy import copy
from datetime import UTC, datetime
from typing import Any, Self

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from .keys import is_key, read_key
from .moments import is_thinkable
from .phones import NotAPhoneNumber, PhoneNumber, read_phone


class PhoneNumberField(serializers.CharField):
    """A number however it is typed, e.g. "(0755) 8888-8888 转 123"."""

    def run_validation(self, data: Any = empty) -> PhoneNumber | None:
        text = super().run_validation(data)
        if not text:
            return None
        try:
            return read_phone(text)
        except NotAPhoneNumber as error:
            raise serializers.ValidationError(_("This is no telephone number: it has 3 to 20 digits.")) from error


class KeyField(serializers.PrimaryKeyRelatedField[Any]):
    """Another row by its key, as a number or in digits; half a number is no key of a row nearby."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """For each request a field of its own. The rows that may be named are the same: they are asked for anew."""
        return copy(self) if self.parent is None else super().__deepcopy__(memo)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | str) or not is_key(str(data)):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class SubmissionField(serializers.UUIDField):
    """A UUID as text: of a number nobody could tell later that it was the same."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


@extend_schema_field(str)
class ClockField(serializers.TimeField):
    """A time of day, to the minute: "08:30"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M", "%H:%M:%S"], **kwargs)


class MomentField(serializers.DateTimeField):
    """A moment, in a year that somebody may mean; without a zone it is meant in the hospital's."""

    def enforce_timezone(self, value: datetime) -> datetime:
        try:
            moment: datetime = super().enforce_timezone(value)
            is_meant = is_thinkable(moment.astimezone(UTC))
        except OverflowError:
            is_meant = False
        if not is_meant:
            self.fail("overflow")
        return moment


class LastingKeyField(KeyField):
    """The key of a row that may have been merged: an old one leads to the row that stands for both."""

    def to_internal_value(self, key: Any) -> Any:
        kept: Any = self.get_queryset()
        row = None if isinstance(key, bool) else kept.known_as(read_key(str(key))).first()
        return row or super().to_internal_value(key)
