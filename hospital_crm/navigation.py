"""The shell: who sees which section, which keys there are; the one context processor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.access import Capability
from accounts.access.guards import page_to_open
from hospital_crm import demo as demo_hospital
from hospital_crm.error_pages import request_id
from hospital_crm.lib.prepared import Prepared
from hospital_crm.sections import SECTIONS, SETTINGS_SECTIONS, Item, NewItem, Section, places_of
from institution.models import HospitalProfile

if TYPE_CHECKING:
    from collections.abc import Iterable


_hospital = Prepared[HospitalProfile](is_planned_once=True)


@dataclass(frozen=True)
class Language:
    code: str
    label: str


class Shell:
    """What the frame around every page shows; looked up only when a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO)

    @cached_property
    def demo_accounts(self) -> list[demo_hospital.Person]:
        """Who can be tried on the sign-in page; nobody outside the demo."""
        return list(demo_hospital.PEOPLE) if settings.DEMO and demo_hospital.is_seeded() else []

    @property
    def demo_password(self) -> str:
        return demo_hospital.PASSWORD if self.demo else ""

    @property
    def idle_minutes(self) -> int:
        return int(settings.IDLE_MINUTES)

    @cached_property
    def hospital(self) -> HospitalProfile:
        for hospital in _hospital.rows("it", HospitalProfile.objects.all):
            return hospital
        raise HospitalProfile.DoesNotExist  # which a template passes over

    @cached_property
    def sections(self) -> list[Item]:
        return self._allowed(SECTIONS)

    @cached_property
    def settings(self) -> list[Item]:
        return self._allowed(SETTINGS_SECTIONS)

    @cached_property
    def new_items(self) -> list[NewItem]:
        items = []
        if self._may(Capability.SEE_CALLS):
            items.append(NewItem(str(_("New call")), reverse("consult:call_create"), "c"))
        if self._may(Capability.FIND_PEOPLE):
            items.append(NewItem(str(_("New patient")), reverse("patients:patient_create"), "n"))
        return items

    @property
    def bell_url(self) -> str:
        return reverse("messaging:notes")

    @cached_property
    def search_url(self) -> str:
        return reverse("dashboards:search") if self._may(Capability.FIND_PEOPLE) else ""

    def _may(self, capability: Capability) -> bool:
        staff = self._request.user
        return staff.is_authenticated and staff.can(capability)

    @property
    def keys(self) -> list[tuple[str, list[str]]]:
        """What can be pressed on every page, and only what works."""
        going = [(item.label, item.key.split()) for item in self.sections + self.settings if item.key]
        search = [(str(_("Search")), ["/"])] if self.search_url else []
        calling = []
        if self._may(Capability.SEE_CALLS):
            calling = [(str(_("New call")), ["c"]), (str(_("How the call ended, on its page")), ["Alt", "1–7"])]
        return [
            *search,
            *going,
            *calling,
            *self._row_keys(),
            (str(_("Add, in a list")), ["n"]),
            (str(_("Edit, on a page")), ["e"]),
            (str(_("Next or previous row")), ["j", "k"]),
            (str(_("Open the row, or do its next step")), ["Enter"]),
            (str(_("Previous or next page")), ["[", "]"]),
            (str(_("Save")), ["Ctrl", "Enter"]),
            (str(_("Close")), ["Esc"]),
            (str(_("This list")), ["?"]),
        ]

    def _row_keys(self) -> list[tuple[str, list[str]]]:
        """What can be done to a promise, for whoever keeps promises."""
        acts = [("l", _("Log the outcome")), ("p", _("Pass on")), ("d", _("Postpone")), ("f", _("Done"))]
        shift = (str(_("Hand over the shift")), ["h"])
        return [(str(label), [key]) for key, label in acts] + [shift] if self._may(Capability.SEE_PROMISES) else []

    @property
    def other_language(self) -> Language:
        code = "zh-hans" if get_language() == "en" else "en"
        return Language(code, {"zh-hans": "中文", "en": "EN"}[code])

    @property
    def page(self) -> str:
        """To come back to in the other language: what was sent is not sent again."""
        return page_to_open(self._request)

    def _allowed(self, sections: Iterable[Section]) -> list[Item]:
        staff = self._request.user
        if not staff.is_authenticated:
            return []
        match = self._request.resolver_match
        here = match.view_name if match else ""
        nearest = max(map(len, places_of(here, (*SECTIONS, *SETTINGS_SECTIONS))), default=0)
        return [
            Item(section, any(len(page) == nearest for page in places_of(here, [section])))
            for section in sections
            if staff.can(section.needs)
        ]


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"shell": Shell(request), "request_id": request_id()}
