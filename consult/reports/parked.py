"""A call that waits while another is taken: enough of it to tell it from the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from consult.models import Call, CallDraft
from consult.reports.typed import last
from hospital_crm.lib.phones import mask, searchable
from institution.models import ReferenceItem


def parked(drafts: Iterable[CallDraft], topics: Iterable[ReferenceItem]) -> list[Parked]:
    by_key = {str(topic.pk): topic for topic in topics}
    return [Parked(draft, by_key) for draft in drafts]


@dataclass(frozen=True)
class Parked:
    draft: CallDraft
    topics: dict[str, ReferenceItem]  # by key, as the form sends it

    @property
    def key(self) -> UUID:
        return self.draft.key

    @property
    def began(self) -> datetime:
        return self.draft.opened_at

    @property
    def who(self) -> str:
        """The name, else the number, else what both are."""
        typed = self.draft.content
        return last(typed, "name") or last(typed, "caller_name") or self._number or _("Unknown caller")

    @property
    def about(self) -> list[str]:
        """The number beside a name, how it came, and the first topic."""
        channel = last(self.draft.content, "channel")
        topic = self.topics.get(last(self.draft.content, "t0-topic"))
        parts = (
            "" if self._number == self.who else self._number,
            str(Call.Channel(channel).label) if channel in Call.Channel.values else "",
            topic.label if topic else "",
        )
        return [part for part in parts if part]

    @property
    def _number(self) -> str:
        typed = self.draft.content
        if last(typed, "is_withheld"):
            return _("withheld")
        digits = searchable(last(typed, "number"))
        return mask(digits) if digits else ""
