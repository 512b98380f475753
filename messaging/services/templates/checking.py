"""Whether a text may be used: its variables, its wording, and how to refuse."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hospital_crm.lib.errors import DomainError
from messaging.models import MessageClass, MessagePurpose, Variable
from messaging.models.purposes import STOP_LINK
from messaging.rules.braces import gaps_in, stray_braces
from messaging.rules.wording import CLINICAL, findings_in, stands_in

from .lists import FORBIDDEN, WordLists, word_lists

FIELDS = ("subject", "text")
STRAY = _("A brace opens or closes nothing at “{around}”. Variables are written like {example}.")
UNKNOWN = _("Nobody can fill in {words}: this purpose knows no such variable.")
STOPPABLE = (MessageClass.SURVEY, MessageClass.MARKETING)
NOT_STOPPED = _("{words} belongs to surveys and marketing: other messages hold no such link.")
REFUSE = _("Say how to refuse such messages: “{words}”, or {link}.")


@dataclass(frozen=True)
class Draft:
    """What somebody wrote, and for what."""

    message_class: str
    purpose: MessagePurpose
    subject: str
    text: str

    def part(self, field: str) -> str:
        return self.subject if field == "subject" else self.text


@dataclass(frozen=True)
class Fault:
    """`start` and `end` are its place in the field; both 0 of what is missing."""

    field: str
    code: str
    words: str
    why: str | Promise
    start: int = 0
    end: int = 0


class TextRefused(DomainError):
    """The text has faults; `faults` names them with their places."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = faults

    @property
    def field(self) -> str:  # type: ignore[override]
        return self.faults[0].field

    def __str__(self) -> str:
        return " ".join(str(fault.why) for fault in self.faults)


def offered(purpose: MessagePurpose, message_class: str) -> list[Variable]:
    """What a text of this purpose and class may hold."""
    known = purpose.known.values()
    return [each for each in known if each.name != STOP_LINK or message_class in STOPPABLE]


def require_sound(draft: Draft) -> None:
    """Raises TextRefused."""
    if faults := faults_of(draft):
        raise TextRefused(faults)


def faults_of(draft: Draft) -> list[Fault]:
    """All that speaks against the text, field by field in the order of the text."""
    lists = word_lists()
    return [
        *(fault for field in FIELDS for fault in sorted(_in_field(draft, field, lists), key=lambda each: each.start)),
        *_missing(draft, lists),
    ]


def _in_field(draft: Draft, field: str, lists: WordLists) -> Iterator[Fault]:
    text = draft.part(field)
    for stray in stray_braces(text):
        why = format_lazy(STRAY, around=stray.around, example="{recipient}")
        yield Fault(field, "stray_brace", text[stray.at], why, stray.at, stray.at + 1)
    for name in gaps_in(text):
        if name not in draft.purpose.known:
            words = f"{{{name}}}"
            start = text.index(words)
            yield Fault(field, "unknown_variable", words, format_lazy(UNKNOWN, words=words), start, start + len(words))
    if STOP_LINK in gaps_in(text) and draft.message_class not in STOPPABLE:
        words = f"{{{STOP_LINK}}}"
        start = text.index(words)
        yield Fault(field, "not_to_be_stopped", words, format_lazy(NOT_STOPPED, words=words), start, start + len(words))
    may_tell = {CLINICAL} if draft.purpose.may_be_clinical else set()
    forbidden = {kind: words for kind, words in lists.forbidden.items() if kind not in may_tell}
    for found in findings_in(text, forbidden, lists.harmless):
        why = format_lazy(_("“{words}” {why}."), words=found.words, why=FORBIDDEN[found.kind])
        yield Fault(field, found.kind, found.words, why, found.start, found.end)


def _missing(draft: Draft, lists: WordLists) -> Iterator[Fault]:
    gaps = gaps_in(draft.text)
    for variable in draft.purpose.variables:
        if variable.is_needed and variable.name not in gaps:
            words = f"{{{variable.name}}}"
            why = format_lazy(_("{words} is missing: {label}."), words=words, label=variable.label)
            yield Fault("text", "missing_variable", words, why)
    says_how = STOP_LINK in gaps or stands_in(draft.text, lists.refusals)
    if lists.must_say_how_to_refuse(draft.message_class) and not says_how:
        words = lists.refusals[0] if lists.refusals else f"{{{STOP_LINK}}}"
        yield Fault("text", "no_way_to_refuse", words, format_lazy(REFUSE, words=words, link=f"{{{STOP_LINK}}}"))
