"""What became of messages, as the figures count it and the list of the outbox shows it."""

from django.db.models import Q

ON_THEIR_WAY = ("queued", "claimed", "handed_over")
REPORTED = ("sms", "wechat")  # channels whose providers tell later whether a message arrived
REFUSABLE = ("care", "survey", "marketing")  # classes that a patient can stop
# By the name that the list's filter has for it. Of the first six each message has exactly one.
MEASURES: dict[str, Q] = {
    "waiting": Q(state__in=ON_THEIR_WAY),
    "sent": Q(state="sent"),
    "failed": Q(state="failed"),
    "unknown": Q(state="unknown"),
    "withheld": Q(state="withheld"),
    "dropped": Q(state__in=("cancelled", "expired")),
    "delivered": Q(state="sent", fate="delivered"),
    # Taken by a provider that tells more of it: the denominator of what arrived.
    "told": Q(state="sent", channel__in=REPORTED) | Q(fate__in=("delivered", "not_delivered")),
    "paid": Q(cost__isnull=False),
}
# To patients, and withheld though nothing speaks against them: the channel or the template is not set up.
NOT_READY = "not_ready"
WANTS = ("not_set_up", "no_template")
WITHHELD_FOR_WANT = Q(state="withheld", reason__in=WANTS, staff__isnull=True)
# Whoever mends that may let it go again: an advertisement lacked its certificate.
CURABLE = (*WANTS, "no_certificate")
WITHHELD_CURABLY = Q(state="withheld", reason__in=CURABLE, staff__isnull=True)
# Of these a patient has one row, however many messages there were.
RECIPIENTS, STOPPED = "recipients", "stopped"
