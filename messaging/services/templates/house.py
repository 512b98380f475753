"""What a text is shown and measured with before anybody is written to: the hospital, and how long values may be."""

from datetime import UTC, datetime
from functools import cached_property

from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils import translation
from django.utils.functional import Promise

from accounts.models import Department, Staff
from institution.models import HospitalProfile
from messaging.models import GatewaySetup, TemplateVersion, Variable
from messaging.models.purposes import RECIPIENT, Holds
from messaging.services.links import longest_link
from messaging.services.readiness import if_complete, sms_account, want_at_wechat, want_of, wechat_account

from .addressing import in_words, longest_address

LATE = datetime(2026, 12, 30, 10, 30, tzinfo=UTC)  # no day is longer in words


class House:
    """Read once for all texts of a page, and only what is asked for."""

    def __init__(self) -> None:
        self._names: dict[tuple[Holds, str], str] = {}

    @cached_property
    def hospital(self) -> HospitalProfile:
        return HospitalProfile.objects.get()

    @cached_property
    def sms_account(self) -> GatewaySetup | None:
        return sms_account()

    @cached_property
    def sms_taker(self) -> GatewaySetup | None:
        """The same, where nothing is missing in it."""
        return if_complete(self.sms_account)

    @cached_property
    def official_account(self) -> GatewaySetup | None:
        """At WeChat's, in use, where nothing is missing in it."""
        return if_complete(wechat_account())

    def wants_of(self, version: TemplateVersion) -> list[str | Promise]:
        """What the words lack to go out as text messages, and by WeChat."""
        found = (want_of(version, self.sms_taker), want_at_wechat(version, self.official_account))
        return [want for want in found if want]

    @property
    def signature(self) -> str:
        """Of text messages: the one that the account in use names, else the hospital's; 【】 left out."""
        named = self.sms_account.value("sign_name") if self.sms_account else ""
        return str(named) or self.hospital.message_signature

    def longest(self, variable: Variable, language: str) -> str:
        """A value as long as any that is to be expected: of names the longest on file, of links one that works."""
        with translation.override(language):
            usual = max(str(variable.example), str(variable.longest), key=len)
        if variable.name == RECIPIENT:
            return longest_address(language)
        if variable.holds is Holds.LINK:
            return longest_link()
        if variable.holds is Holds.DAY:
            return in_words(LATE.date(), language=language)
        if variable.holds is Holds.MOMENT:
            return in_words(LATE, language=language)
        return self._longest_name(variable.holds, language) or usual

    def _longest_name(self, holds: Holds, language: str) -> str:
        key = (holds, language)
        if key not in self._names:
            self._names[key] = _longest_on_file(holds, language)
        return self._names[key]


def _longest_on_file(holds: Holds, language: str) -> str:
    is_english = language == "en"
    if holds is Holds.DEPARTMENT:
        return _longest(Department.objects.in_use(), "name_en" if is_english else "name_zh")
    if holds is Holds.COLLEAGUE:
        return _longest(Staff.objects.active(), "display_name_en" if is_english else "display_name")
    return ""


def _longest(rows: QuerySet[Department] | QuerySet[Staff], field: str) -> str:
    by_length = rows.order_by(Length(field).desc())
    return str(by_length.values_list(field, flat=True).first() or "")
