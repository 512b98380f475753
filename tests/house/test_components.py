"""Each part that pages share, by itself: what its comment promises for its context comes out."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.utils.translation import override

from hospital_crm.lib.forms import StyledForm
from hospital_crm.lib.paging import Page
from hospital_crm.lib.worktime import Calendar, Clock, Range, WorkingDays, explained, explained_clock
from messaging.services.templates.looks import Look
from tests.make import tight

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "components"
HOUR = timedelta(hours=1)
TOKEN = "a-token-of-the-test"
SENT = f'name="csrfmiddlewaretoken" value="{TOKEN}"'


class Sample(StyledForm, forms.Form):
    name = forms.CharField(label="Name", help_text="As on the badge")
    note = forms.CharField(label="Note", required=False)
    is_head = forms.BooleanField(label="Head", required=False)
    days = forms.MultipleChoiceField(
        label="Days", choices=[("1", "Monday"), ("2", "Tuesday")], widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


EMPTY, WRONG = Sample(), Sample({"version": "x", "note": "kept", "days": ["1"]})
WRONG.add_error(None, "Not on a Sunday")
LINK = SimpleNamespace(label="Go on", url="/on/", primary=True, key="n", icon="plus", code="work", remove_url="/off/")
DONE = Message(constants.SUCCESS, "Saved <b>")
REFUSED = Message(constants.ERROR, "Not saved")
SHELL = SimpleNamespace(
    other_language=SimpleNamespace(code="zh-hans", label="中文"),
    page="/here/?page=2",
    search_url="/search/",
    bell_url="/bell/",
    new_items=[LINK],
    demo=True,
)
USER = SimpleNamespace(initial="A", name="Alice", role_labels="Consultant")
REQUEST = SimpleNamespace(user=USER, path="/here/", get_full_path=lambda: "/here/?page=2")
ASK = {"text": "Really?", "action": "/do/", "submit_label": "Do it", "cancel_url": "/back/", "hidden": [("kept", "7")]}
ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = Calendar(ZONE, dict.fromkeys(range(1, 6), (Range(8 * 3600, 17 * 3600 + 1800),)))
RECEIVED = datetime(2026, 12, 31, 10, tzinfo=ZONE)
LATER = explained(OFFICE, RECEIVED, WorkingDays(3))
STOPPED = explained_clock(
    OFFICE, Clock.started(RECEIVED).pause(RECEIVED + HOUR, "away"), WorkingDays(1), RECEIVED + 2 * HOUR
)
HERE = {"shell": SHELL, "request": REQUEST}


@dataclass(frozen=True)
class Case:
    component: str
    context: dict[str, Any]
    shown: tuple[str, ...]
    hidden: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        return f"{self.component}: {', '.join(self.context)}"


CASES = (
    Case("avatar", {"initial": "A"}, ('aria-hidden="true"', ">A<"), (" lg",)),
    Case("avatar", {"initial": "A", "large": True}, ('class="c-av lg"',)),
    Case(
        "chips",
        {"label": "Views", "chips": [{"label": "Mine", "url": "/mine/", "is_current": True, "count": 0}]},
        ('aria-label="Views"', 'href="/mine/" aria-current="true"', '<span class="n">0</span>'),
        (" sq", "late"),
    ),
    Case(
        "chips",
        {"label": "Views", "square": True, "chips": [{"label": "Mine", "url": "/", "count": 3, "is_late": True}]},
        ("c-chip sq", '<span class="n late">3</span>'),
        ("aria-current",),
    ),
    Case(
        "confirm",
        ASK,
        (SENT, 'method="post" action="/do/" data-main', "Really?", 'name="kept" value="7"', ">Do it<", "Cancel</a>"),
        ("data-close",),
    ),
    Case("confirm", ASK | {"form": WRONG}, ("Not on a Sunday", "id_name_error", 'value="kept"', 'name="version"')),
    Case(
        "confirm_dialog",
        ASK | {"id": "ask-1", "title": "Leave"},
        (SENT, '<dialog class="c-dialog" id="ask-1" aria-labelledby="ask-1-title"', "data-close data-first", "Really?"),
        ("data-main",),
    ),
    Case(
        "act",
        {
            "form": WRONG,
            "title": "Postpone",
            "next": "/back/",
            "in_place": True,
            "region": "act-7",
            "keep": "7:/x/",
            "request": REQUEST,
        },
        (SENT, 'hx-target="#act-7"', 'name="next" value="/back/"', "Not on a Sunday", ">Postpone <kbd", "data-bound"),
    ),
    Case(
        "deadline",
        {"explained": LATER, "calendar_url": "/calendars/1/"},
        (
            "Due <b",
            ">Tue 5 Jan 2027 17:30<",
            "the days off of 2026, 2027",
            'href="/calendars/1/"',
            "Day of receipt, not counted",
            "Working day no.",
            'data-label="Working day no.">1</td>',
        ),
        ("is paused",),
    ),
    Case(
        "deadline",
        {"explained": STOPPED},
        ("The clock is paused", "Paused: away", "Counted so far"),
        ("c-note", "Due <b"),
    ),
    Case("deadline_days", {"explained": LATER}, ("Day of receipt, not counted", "Working day no."), ("c-note", "Due")),
    Case("unconfirmed", {"years": [2026, 2027]}, ("c-note attn", "the days off of 2026, 2027.", "may fall on one")),
    Case("unconfirmed", {"years": []}, (), ("c-note",)),
    Case("due", {"text": "24 min late", "exact": "today 10:00", "state": "late"}, ("c-due late", "<small>today 10:00")),
    Case("due", {"text": "in 36 min", "exact": "10:00", "one_line": True}, ('c-due one" title="10:00"',), ("<small",)),
    Case(
        "news",
        {"messages": [DONE, REFUSED]},
        ('hx-swap-oob="beforeend:#toasts"', "<span>Saved &lt;b&gt;", 'role="alert" data-closable', "Not saved"),
    ),
    Case("empty", {"title": "Nobody here"}, ("<h2>Nobody here</h2>", "#i-inbox"), ("<a", "<p>")),
    Case(
        "empty",
        {"title": "Nobody", "text": "Try", "icon": "x", "action_url": "/a/", "action_label": "Add", "actions": [LINK]},
        ("#i-x", "<p>Try</p>", 'href="/a/">Add<', 'class="btn btn-primary" href="/on/">Go on<'),
        ("#i-inbox",),
    ),
    Case(
        "field",
        {"field": EMPTY["name"]},
        ('<label class="form-label" for="id_name">Name</label>', 'aria-describedby="id_name_helptext"', "As on the"),
        ("(optional)", "c-err"),
    ),
    Case("field", {"field": EMPTY["note"]}, ("(optional)",)),
    Case("field", {"field": EMPTY["is_head"]}, ("c-check", "<span>Head</span></label>")),
    Case("field", {"field": EMPTY["days"]}, ('<fieldset class="c-field', "<legend", "Monday", "Tuesday")),
    Case("field", {"field": WRONG["name"]}, ('id="id_name_error"', 'aria-invalid="true"', "is-invalid")),
    Case("field_end", {"field": WRONG["name"]}, ('id="id_name_error"', 'id="id_name_helptext">As on the badge')),
    Case("field_end", {"field": EMPTY["note"]}, (), ("id_note",)),
    Case(
        "filters",
        {"filters": [LINK], "clear_url": "/all/", "shown": "3 people"},
        ('href="/off/"', 'title="Remove this filter"', 'href="/all/">Clear<', "3 people"),
    ),
    Case("filters", {"filters": [], "clear_url": "/all/"}, (), ("<",)),
    Case(
        "form",
        {"form": EMPTY, "cancel_url": "/back/", "keep": "7:/x/", "action": "/do/"},
        (SENT, 'action="/do/"', 'data-keep="7:/x/"', ">Save <kbd", 'href="/back/" data-cancel', 'name="version"'),
        ("data-bound", "c-err"),
    ),
    Case(
        "form",
        {"form": WRONG, "submit_label": "Add", "classes": "wide"},
        ('class="c-form wide"', "data-bound", ">Add <kbd", "Not on a Sunday", 'value="kept"', "novalidate"),
        (" action=", "data-cancel", "data-keep"),
    ),
    Case("form_errors", {"form": WRONG}, ("Not on a Sunday", 'role="alert"', "Enter a whole number."), ("required",)),
    Case("form_errors", {"form": EMPTY}, (), ("<",)),
    Case(
        "gate_form",
        {
            "form": WRONG,
            "action": "/do/",
            "redirect_field": "",
            "reauthentication_alternatives": [{"url": "/code/", "description": "With a code"}],
        },
        (
            SENT,
            'action="/do/"',
            "Not on a Sunday",
            'name="name"',
            'href="/code/">With a code<',
            "Back to the workbench",
        ),
    ),
    Case("head", {"title": "People"}, ("<h1>People</h1>",), ("<a", "push")),
    Case(
        "head",
        {"title": "People", "text": "12", "back_url": "/up/", "back_label": "Up", "actions": [LINK]},
        ('href="/up/"', "Up</a>", ">12</span>", 'btn-primary" href="/on/" data-key="n"', "#i-plus", ">N</kbd>"),
    ),
    Case(
        "keys_dialog",
        {"keys": [("Search", ["Ctrl", "K"])]},
        ('id="keys" aria-labelledby="keys-title"', "data-close", "<kbd>K</kbd>"),
    ),
    Case("keys_list", {"keys": [("Search", ["Ctrl", "K"])]}, (">Search<", "<kbd>Ctrl</kbd><kbd>K</kbd>", "hidden>")),
    Case(
        "language",
        HERE,
        (
            SENT,
            'name="language" value="zh-hans"',
            'value="/here/?page=2"',
            'btn-sm" type="submit" lang="zh-Hans"',
            "中文",
        ),
        ("#i-languages",),
    ),
    Case("language", HERE | {"with_icon": True, "classes": "big"}, ("#i-languages", 'class="big"')),
    Case(
        "list_end",
        {"page": Page([1, 2], "", "/next/"), "count": 7},
        ("2 on this page, 7 in all", 'hx-get="/next/"', 'hx-target="#rows"'),
    ),
    Case("list_end", {"page": Page([1], "", ""), "count": 10_001}, ("more than 10,000 in all",), ("10001", "<a")),
    Case("logo", {}, ("<svg", 'aria-hidden="true"')),
    Case("message_note", {"message": DONE}, ('role="status"', "Saved &lt;b&gt;"), ("attn",)),
    Case("message_note", {"message": REFUSED}, ('class="c-note attn" role="alert"', "Not saved")),
    Case(
        "messages",
        {"messages": [DONE, REFUSED]},
        ('id="toasts" role="status"', 'class="c-toast">', "Saved &lt;b&gt;", 'class="c-note attn" role="alert"'),
    ),
    Case("messages", {"messages": []}, ('id="toasts"',), ("c-note", '"c-toast"')),
    Case("note", {"text": "So it is"}, ("So it is", "#i-info"), ("role", "<a", "<b>")),
    Case(
        "note",
        {"text": "t", "tone": "late", "role": "alert", "strong": "Mind", "url": "/why/", "link": "Why"},
        ('class="c-note late" role="alert"', "#i-clock", "<b>Mind</b>", '<a href="/why/">Why</a>'),
    ),
    Case("note", {"text": "t", "tone": "ok"}, ("#i-check",)),
    Case("note", {"text": "t", "tone": "attn", "icon": "x"}, ("#i-x",), ("#i-triangle-alert",)),
    Case(
        "pager", {"prev_url": "", "next_url": "", "shown": "2 here"}, ("2 here", 'aria-label="Pages"'), ("<a", "<kbd")
    ),
    Case(
        "pager",
        {"prev_url": "/p/", "next_url": "", "shown": "2"},
        ('href="/p/" data-page="prev"', 'aria-disabled="true">Next'),
        ("hx-get", 'data-page="next"'),
    ),
    Case(
        "pager",
        {"prev_url": "", "next_url": "/n/", "shown": "2", "target": "rows"},
        ('href="/n/" data-page="next"', 'hx-get="/n/" hx-target="#rows"', 'aria-disabled="true"'),
        ('data-page="prev"',),
    ),
    Case("progress", {"label": "3 of 9", "value": 0, "max": 9}, ("3 of 9", 'value="0" max="9"')),
    Case("progress", {"label": "Begins"}, ("<progress",), ("value=",)),
    Case(
        "rail_item",
        {"item": {"code": "work", "label": "Work", "url": "/", "icon": "x", "is_current": True, "key": "g w"}},
        ('href="/" aria-current="page" data-key="g w" title="Work"', "#i-x", 'id="count-work"'),
    ),
    Case(
        "rail_item",
        {"item": {"code": "w", "label": "W", "url": "/", "icon": "x"}},
        (">W<",),
        ("aria-current", "data-key"),
    ),
    Case(
        "ring",
        {"percent": 40, "text": "17h", "label": "17 hours left", "state": "late"},
        ('class="c-ring late"', 'role="img" aria-label="17 hours left"', 'stroke-dasharray="40 100"', ">17h</text>"),
    ),
    Case(
        "steps",
        {"steps": [{"label": "In", "state": "done"}, {"label": "On", "note": "2 h", "state": "now"}, {"label": "Out"}]},
        (
            'class="done"',
            ">Done<",
            'class="now" aria-current="step"',
            "<small>2 h</small>",
            '<span class="mk">3</span>',
        ),
    ),
    Case("steps", {"steps": [{"label": "In", "state": "late"}]}, ('class="late" aria-current="step"',)),
    Case(
        "saved_views",
        {"views": SimpleNamespace(list="a:b", query="x=1&y=2", rows=[], can_be_kept=True)},
        ('href="/account/views/new/?list=a%3Ab&amp;query=x%3D1%26y%3D2"', "Save this view"),
        ("Change saved views",),
    ),
    Case(
        "saved_views",
        {"views": SimpleNamespace(list="a:b", query="x=1", rows=[1], can_be_kept=False)},
        ('href="/account/views/"',),
        ("Save this view",),
    ),
    Case("tag", {"text": "VIP"}, ('<span class="c-tag">VIP</span>',)),
    Case("tag", {"text": "Late", "tone": "late"}, ("c-tag late", "#i-clock")),
    Case("tag", {"text": "Late", "tone": "late", "icon": "x"}, ("#i-x",), ("#i-clock",)),
    Case(
        "timeline_item",
        {
            "when": "10:24",
            "iso": "2026-03-12T10:24",
            "icon": "x",
            "title": "Call",
            "text": "t",
            "is_next": True,
            "url": "/c/",
        },
        ('<li class="next">', '<time datetime="2026-03-12T10:24">10:24<', "#i-x", 'href="/c/">Call</a>', "<p>t</p>"),
    ),
    Case(
        "told",
        {"look": Look("", "Hello", "CRM", longest="Hello, all"), "language": "en"},
        ('lang="en">【CRM】Hello</p>', "Up to 15 characters, 1 text message; room for 55 more"),
    ),
    Case("ticked", {}, ("data-ticked hidden", "Ticked: <b>0</b>")),
    Case(
        "timeline_item", {"when": "10:24", "icon": "x", "title": "Call"}, ("<b>Call</b>",), ("<a", "<p>", "next", "iso")
    ),
    Case(
        "topbar",
        HERE,
        (SENT, 'action="/search/"', 'href="/on/" data-key="n"', "Demo data", 'href="/bell/"', "Alice", "Consultant"),
    ),
    Case(
        "topbar",
        {"request": REQUEST, "shell": SimpleNamespace(other_language=SHELL.other_language)},
        ("Sign out", "中文"),
        ('role="search"', "Demo data", "count-bell", "btn-primary"),
    ),
    Case("words", {}, ('id="words" hidden', *(f'data-{code}="' for code in (401, 403, 404, 409, 429, 500, "offline")))),
)


def rendered(component: str, context: dict[str, Any]) -> str:
    with override("en"):
        return tight(render_to_string(f"components/{component}.html", {"csrf_token": TOKEN, **context}))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_component_shows_what_its_comment_promises(case: Case) -> None:
    html = rendered(case.component, case.context)
    assert [text for text in case.shown if tight(text) not in html] == [], html
    assert [text for text in case.hidden if tight(text) in html] == [], html


def test_every_component_is_shown_here() -> None:
    assert {case.component for case in CASES} == {path.stem for path in FOLDER.glob("*.html")}


def test_every_component_opens_with_a_comment_that_lists_its_context() -> None:
    for path in FOLDER.glob("*.html"):
        opening = re.match(r"({% load [^%]*%})?{% comment %}(.*?){% endcomment %}", path.read_text(), re.DOTALL)
        assert opening, path.name
        assert "Context: " in opening[2], path.name


def test_what_people_typed_never_becomes_a_tag() -> None:
    typed = "<script>1</script>"
    for component, name in (("note", "text"), ("tag", "text"), ("head", "title"), ("empty", "title"), ("due", "text")):
        assert typed not in rendered(component, {name: typed})
