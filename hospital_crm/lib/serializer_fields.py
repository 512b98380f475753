"""Fields that the serializers of several rooms share."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty

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
