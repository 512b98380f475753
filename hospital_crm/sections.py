"""Which sections there are, who sees them, and by which keys they are reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Section:
    """A place in the rail; `pages` are the URL names (with namespace) that belong to it."""

    code: str
    label: str | Promise
    icon: str
    route: str
    needs: Capability
    pages: tuple[str, ...] = ()
    key: str = ""


SECTIONS = (
    Section(
        "workbench",
        _("Workbench"),
        "house",
        "dashboards:workbench",
        Capability.USE_OWN_ACCOUNT,
        pages=("dashboards:shift", "promises:", "followups:"),
        key="g w",
    ),
    Section(
        "patients",
        _("Patients"),
        "users",
        "patients:patient_list",
        Capability.FIND_PEOPLE,
        pages=("patients:",),
        key="g p",
    ),
    Section(
        "organisations",
        _("Organisations"),
        "building-2",
        "patients:organisation_list",
        Capability.SEE_ORGANISATIONS,
        pages=("patients:organisation", "patients:employment"),
        key="g n",
    ),
    Section(
        "calls",
        _("Consult line"),
        "phone",
        "consult:call_list",
        Capability.SEE_CALLS,
        pages=("consult:",),
        key="g c",
    ),
    Section(
        "figures",
        _("Dashboards"),
        "chart-column",
        "dashboards:promise_figures",
        Capability.SEE_FIGURES,
        key="g d",
    ),
    Section(
        "outbox",
        _("Outbox"),
        "mail",
        "messaging:outbox",
        Capability.SETTLE_OUTBOX,
        pages=("messaging:message", "messaging:delivery", "messaging:trial"),
        key="g o",
    ),
)
SETTINGS_SECTIONS = (
    Section(
        "settings",
        _("Settings"),
        "settings",
        "institution:settings_index",
        Capability.MANAGE_SETTINGS,
        pages=(
            "institution:",
            "accounts:staff",
            "accounts:department",
            "accounts:team",
            "accounts:absence",
            "accounts:token",
            "messaging:channel",
            "messaging:group",
            "api_docs",
        ),
        key="g s",
    ),
    Section(
        "templates",
        _("Templates"),
        "file-text",
        "messaging:template_list",
        Capability.MANAGE_PROTOCOLS,
        pages=("messaging:template",),
        key="g t",
    ),
    Section(
        "audit",
        _("Audit"),
        "history",
        "accounts:audit_list",
        Capability.SEE_AUDIT,
        pages=("accounts:audit",),
        key="g a",
    ),
)


@dataclass(frozen=True)
class Item:
    """A section as the page shows it."""

    section: Section
    is_current: bool

    @property
    def code(self) -> str:
        return self.section.code

    @property
    def label(self) -> str:
        return str(self.section.label)

    @property
    def icon(self) -> str:
        return self.section.icon

    @property
    def key(self) -> str:
        return self.section.key

    @property
    def url(self) -> str:
        return reverse(self.section.route)


@dataclass(frozen=True)
class NewItem:
    """An entry of the "New" menu."""

    label: str
    url: str
    key: str


def places_of(here: str, sections: Iterable[Section]) -> list[str]:
    """By which words of these sections the page belongs to them: where it is several, the longest counts."""
    return [page for section in sections for page in (section.route, *section.pages) if here.startswith(page)]
