"""The words that the hospital keeps in lists: what no text may say, what only looks like it, how to refuse."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from institution.models import HospitalProfile, ReferenceItem, Setting
from messaging.models import MessageClass
from messaging.rules.wording import CLINICAL, CURE

# By list, why its words must not stand in a text (domain rules: advertising by hospitals; no diagnosis in a message).
FORBIDDEN: dict[str, str | Promise] = {
    CURE: _("promises a cure or a rate of success, which no hospital may advertise"),
    "wording_best": _("praises the hospital above others, which no hospital may advertise"),
    "wording_proof": _("takes people as proof, which no hospital may advertise"),
    "wording_lure": _("lures with what is free for a short time"),
    CLINICAL: _("tells an illness: others may read the message"),
}
HARMLESS, REFUSALS = "wording_harmless", "wording_refusal"
REFUSE_SURVEYS = "messaging.surveys_say_how_to_refuse"  # the setting: 1 where surveys must say it too


@dataclass(frozen=True)
class WordLists:
    forbidden: dict[str, list[str]]
    harmless: list[str]
    refusals: list[str]
    surveys_say_how: bool

    def must_say_how_to_refuse(self, message_class: str) -> bool:
        """Advertising always; surveys as the hospital decides."""
        if message_class == MessageClass.SURVEY:
            return self.surveys_say_how
        return message_class == MessageClass.MARKETING


def word_lists() -> WordLists:
    """As they stand now, in both languages; the hospital's own names are harmless, whatever they hold."""
    kept: dict[str, list[str]] = {code: [] for code in (*FORBIDDEN, HARMLESS, REFUSALS)}
    for item in ReferenceItem.objects.in_use(*kept):
        kept[item.list.code] += [item.label_zh, item.label_en]
    hospital = HospitalProfile.objects.get()
    return WordLists(
        forbidden={code: kept[code] for code in FORBIDDEN},
        harmless=[*kept[HARMLESS], hospital.name_zh, hospital.name_en],
        refusals=kept[REFUSALS],
        surveys_say_how=Setting.objects.number(REFUSE_SURVEYS) != Decimal(0),
    )
