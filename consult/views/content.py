"""The form of a call as it was sent, and what is asked of it."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import QueryDict
from django.utils.crypto import salted_hmac

from accounts.models import Staff
from accounts.services.submissions import first_result
from consult.forms.sheet import topic_count
from consult.models import Call
from consult.reports.typed import last
from consult.services import drafts
from hospital_crm.lib.keys import read_uuid

Content = dict[str, list[str]]
NOT_TYPED = ("csrfmiddlewaretoken", "act", "take", "drop")
# What a form holds before anybody has typed.
GIVEN = frozenset(
    ("submission", "promise", "direction", "channel", "sex", "promise_kind", "owner", "filled", *drafts.OF_WINDOW)
)


def typed_in(post: QueryDict) -> Content:
    """The form as it was sent, without what the buttons add."""
    return {name: values for name, values in post.lists() if name not in NOT_TYPED}


def is_blank(content: Content) -> bool:
    """Nothing was typed or chosen yet."""
    return not any(value for name, values in content.items() if name not in GIVEN for value in values)


def digest_of(content: Content) -> str:
    """Equal for the same form sent twice, from whatever window; nobody can read the words from it."""
    typed = {name: values for name, values in content.items() if name not in drafts.OF_WINDOW}
    return salted_hmac("consult.call", json.dumps(typed, sort_keys=True), algorithm="sha256").hexdigest()


def with_room(content: Content, upto: int | None = None) -> Content:
    """The same with room for one more topic, or for the topic with this number, counted from 0."""
    number = topic_count(content) if upto is None else upto
    return {f"t{number}-topic": [""], **content}


def first_call(key: UUID, staff: Staff) -> Call | None:
    """As what the form was saved already, if the person saved it."""
    first = first_result(str(key), Call._meta.label)
    return Call.objects.filter(pk=first, handled_by=staff).first() if first is not None else None


def key_of(content: Content) -> UUID:
    """The form's submission id; a form without one is a new one."""
    return read_uuid(last(content, "submission")) or UUID(int=0)
