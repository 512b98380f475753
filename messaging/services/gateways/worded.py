"""What is said through a provider: its own number of words that it has approved, and what fills their gaps."""

from decimal import Decimal
from functools import cached_property, partial
from typing import Any
from uuid import UUID

from institution.models import HospitalProfile
from messaging.models import GatewaySetup, Message, TemplateRegistration
from messaging.rules.sms import signed, sms_length
from messaging.services.links import LinkRules, link_rules
from messaging.services.words import Words, words_of

from .addresses import TRIAL
from .sms import ShortMessage
from .wechat import TemplateMessage
from .wording import reference_of

TRIAL_TEXT = "测试"  # both languages: what WeChat shows in the gap of a test
READS = ("template_version__registrations",)  # of a batch


class NotRegistered(Exception):
    """The provider has not approved these words."""


class Worded:
    """Made with the gateway, for one run: the hospital is read once, and a message on its way is worded once.

    Registrations come with the batch (`READS`), and the rules of links are read for each claim: whatever a colleague
    changes holds for the next batch at the latest. A message that nobody claimed is asked for alone.
    """

    def __init__(self, setup: GatewaySetup) -> None:
        self.setup = setup
        self._last: tuple[Message, Words] | None = None
        self._rules: tuple[UUID, LinkRules] | None = None

    @cached_property
    def hospital(self) -> HospitalProfile:
        return HospitalProfile.objects.get()

    @property
    def signature(self) -> str:
        """What the provider puts before a text message: the one that the account names, else the hospital's."""
        return self.setup.value("sign_name") or self.hospital.message_signature

    def short_message(self, message: Message) -> ShortMessage:
        if message.kind == TRIAL:
            return ShortMessage(self.setup.value("trial_template"))
        return ShortMessage(self._registered(message).number, self._words(message).values)

    def template_message(self, message: Message) -> TemplateMessage:
        if message.kind == TRIAL:
            keyword = self.setup.value("trial_keyword")
            return TemplateMessage(self.setup.value("trial_template"), {keyword: TRIAL_TEXT} if keyword else {})
        registration, values = self._registered(message), self._words(message).values
        said = {keyword: values[name] for keyword, name in registration.keywords.items()}
        return TemplateMessage(registration.number, said)

    def objection(self, message: Message) -> str:
        """The provider has not approved these words. Raises whatever keeps the words from being made."""
        if message.kind == TRIAL:
            return "" if self.setup.value("trial_template") else Message.Reason.NO_TEMPLATE
        if self._registration(message) is None:
            return Message.Reason.NO_TEMPLATE
        self._words(message)
        return ""

    def columns(self, message: Message) -> dict[str, Any]:
        return {"provider": self.setup.provider, "reference": reference_of(message)}

    def paid_columns(self, message: Message) -> dict[str, Any]:
        """A text message is paid by its length."""
        parts = 1 if message.kind == TRIAL else sms_length(signed(self._words(message).text, self.signature)).parts
        cost = parts * Decimal(self.setup.value("price", "0"))
        return self.columns(message) | {"parts": parts, "cost": cost}

    def _words(self, message: Message) -> Words:
        """Asked for three times while one message goes out; when it is claimed once more, that is another object."""
        if self._last is None or self._last[0] is not message:
            rules = partial(self._rules_for, message)
            self._last = (message, words_of(message, hospital=self.hospital, rules=rules))
        return self._last[1]

    def _rules_for(self, message: Message) -> LinkRules:
        if message.claim is None:
            return link_rules()
        if self._rules is None or self._rules[0] != message.claim:
            self._rules = (message.claim, link_rules())
        return self._rules[1]

    def _registered(self, message: Message) -> TemplateRegistration:
        """Raises NotRegistered."""
        registration = self._registration(message)
        if registration is None:
            raise NotRegistered
        return registration

    def _registration(self, message: Message) -> TemplateRegistration | None:
        """Sees what was read for the whole batch."""
        version = message.template_version
        found = version.registrations.all() if version else ()
        return next((each for each in found if each.provider == self.setup.provider), None)
