"""What somebody may type to find a message, besides whom it is for."""

from django.db.models import Q

from hospital_crm.lib.phones import TRAILING_DIGITS

NOTHING = Q(pk__in=[])


def by_number(text: str) -> Q:
    """Under which we know it, or the provider."""
    return Q(dedupe_key=text) | Q(reference=text) | Q(receipt=text) if text else NOTHING


def by_ending(text: str) -> Q:
    """What the list shows of an address: the last digits of a phone, the domain of an e-mail, masked or by itself."""
    ending = text.rpartition("*")[2]
    is_digits = len(ending) == TRAILING_DIGITS and ending.isascii() and ending.isdigit()
    is_domain = ending.startswith("@") and len(ending) > 1
    return Q(address__endswith=ending) if is_digits or is_domain else NOTHING
