"""What was sent through the API, read without putting all together that could have been sent."""

from __future__ import annotations

from copy import copy, deepcopy
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

MADE_OF_FIELDS = (
    serializers.BaseSerializer,
    serializers.ListField,
    serializers.DictField,
    serializers.ManyRelatedField,
)


class SentSerializer(serializers.Serializer[Any]):
    """Only reads, and as any serializer with these fields would.

    A serializer makes all its fields anew for each request, and of a long form most are left out: making them takes
    longer than reading what was sent. Here a field is a light copy, and is there only if it was sent or says something
    when it is not.
    """

    def get_fields(self) -> dict[str, Any]:
        sent = getattr(self, "initial_data", None)
        if type(sent) is not dict:  # a form in a form, or nothing that can be read, or nothing was sent
            return {name: _copied(field) for name, field in self._declared_fields.items()}
        return {
            name: _copied(field) if name in sent else copy(field)
            for name, field in self._declared_fields.items()
            if name in sent or field.required or field.default is not empty
        }


def _copied(field: Any) -> Any:
    return deepcopy(field) if isinstance(field, MADE_OF_FIELDS) else copy(field)
