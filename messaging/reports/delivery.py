"""What became of messages: by channel, template and reason. Each figure knows the filter of the list that it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from hospital_crm.lib.figures import Figure, Rate
from messaging.models import Channel, Message, OptOut, TemplateVersion
from messaging.querysets.measures import MEASURES, RECIPIENTS, STOPPED

if TYPE_CHECKING:
    from accounts.models import Staff

NOT_SENT = ("withheld", "waiting", "dropped")  # what a reason may do to a message before it goes
FINE = Decimal("0.0001")  # CNY; SQLite adds up in floating point
Numbers = dict[str, Any]
Query = Mapping[str, object]


@dataclass(frozen=True)
class Line:
    """The figures of one channel or version of a template, or of all."""

    name: str
    detail: str
    messages: Figure
    waiting: Figure
    sent: Figure
    delivered: Figure
    told: Figure
    failed: Figure
    unknown: Figure
    withheld: Figure
    dropped: Figure
    paid: Figure
    parts: int
    cost: Decimal

    @property
    def rate(self) -> Rate:
        return Rate(self.delivered.number, self.told.number)


@dataclass(frozen=True)
class ReasonLine:
    """What one reason kept back, for good or until its time comes."""

    name: str
    withheld: Figure
    waiting: Figure
    dropped: Figure

    @property
    def number(self) -> int:
        return self.withheld.number + self.waiting.number + self.dropped.number


@dataclass(frozen=True)
class DeliveryFigures:
    since: date
    until: date
    as_of: datetime
    total: Line
    channels: list[Line]
    templates: list[Line]
    reasons: list[ReasonLine]
    recipients: Figure
    stopped: Figure

    @property
    def by_channel(self) -> list[Line]:
        """With the sum below several."""
        return [*self.channels, self.total] if len(self.channels) > 1 else self.channels

    @property
    def stop_rate(self) -> Rate:
        return Rate(self.stopped.number, self.recipients.number)


def delivery_figures(*, staff: Staff, since: date, until: date, at: datetime) -> DeliveryFigures:
    """Of the messages that the person sees in the outbox and that were to be sent on these days."""
    messages = Message.objects.visible_to(staff).to_be_sent(since, until)
    span = {"since": since.isoformat(), "until": until.isoformat()}
    stopped = OptOut.objects.said(since, until).patients()
    parts = _parts(messages)
    return DeliveryFigures(
        since=since,
        until=until,
        as_of=at,
        total=_line(_("All"), _total(parts), span),
        channels=_channels(_summed(parts, by="channel"), span),
        templates=_templates(_summed(parts, by="template_version"), span),
        reasons=_reasons(_summed(parts, by="reason"), span),
        recipients=_figure(messages.last_to_each().count(), span, measure=RECIPIENTS),
        stopped=_figure(messages.last_to_each(stopped).count(), span, measure=STOPPED),
    )


def _parts(messages: Any) -> list[Numbers]:
    """The figures of each channel, template and reason, to be added up by whatever is asked: one pass over the rows."""
    counts = {name: Count("pk", filter=measure) for name, measure in MEASURES.items()}
    sums = {f"paid_{column}": Sum(column, filter=MEASURES["paid"]) for column in ("parts", "cost")}
    keyed = messages.values("channel", "template_version", "reason")
    return list(keyed.annotate(messages=Count("pk"), **counts, **sums).order_by())


def _summed(parts: list[Numbers], by: str) -> dict[Any, Numbers]:
    groups: dict[Any, list[Numbers]] = {}
    for part in parts:
        groups.setdefault(part[by], []).append(part)
    return {key: _total(group) for key, group in groups.items()}


def _total(parts: list[Numbers]) -> Numbers:
    counts = {name: sum(part[name] for part in parts) for name in ("messages", *MEASURES)}
    cost = sum((part["paid_cost"] or Decimal() for part in parts), Decimal())
    return {**counts, "paid_parts": sum(part["paid_parts"] or 0 for part in parts), "paid_cost": cost.quantize(FINE)}


def _channels(rows: dict[str, Numbers], span: Query) -> list[Line]:
    found = [channel for channel in Channel if channel in rows]
    return [_line(str(channel.label), rows[channel], {**span, "channel": channel.value}) for channel in found]


def _templates(rows: dict[int | None, Numbers], span: Query) -> list[Line]:
    """The most used first, and what has no template last."""
    versions = TemplateVersion.objects.select_related("template").in_bulk(rows.keys() - {None})
    by_use = sorted(versions.values(), key=lambda version: (-rows[version.pk]["messages"], version.pk))
    lines = [
        _line(version.template.name, rows[version.pk], {**span, "template_version": version.pk}, _detail(version))
        for version in by_use
    ]
    without = {**span, "template_version": "null"}
    return lines + [_line(_("Without a template"), rows[key], without) for key in rows.keys() & {None}]


def _detail(version: TemplateVersion) -> str:
    told = {
        "purpose": version.template.get_message_class_display(),
        "language": version.get_language_display(),
        "number": version.number,
    }
    return _("%(purpose)s · %(language)s, version %(number)s") % told


def _reasons(rows: dict[str, Numbers], span: Query) -> list[ReasonLine]:
    """The most frequent first; failures have reasons too, and are no matter of this."""
    lines = [
        ReasonLine(
            str(Message.Reason(reason).label),
            **{code: _figure(row[code], {**span, "reason": reason}, measure=code) for code in NOT_SENT},
        )
        for reason, row in rows.items()
        if reason
    ]
    return sorted((line for line in lines if line.number), key=lambda line: (-line.number, line.name))


def _line(name: str, row: Numbers, narrowed: Query, detail: str = "") -> Line:
    figures = {code: _figure(row[code], narrowed, measure=code) for code in MEASURES}
    messages = _figure(row["messages"], narrowed)
    return Line(name, detail, messages, **figures, parts=row["paid_parts"], cost=row["paid_cost"])


def _figure(number: int, narrowed: Query, **further: str) -> Figure:
    return Figure(number, urlencode({**further, **narrowed}))
