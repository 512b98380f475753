"""Collecting texts: every form of marking one, in Python and in templates."""

from pathlib import Path

import polib
import pytest

from tools.messages import Text, collect, update

TEMPLATES = {
    '{% translate "Save" %}': ("", "Save", ""),
    "{% translate 'Save' context \"button\" as word %}": ("button", "Save", ""),
    '{% translate "50% done" %}': ("", "50%% done", ""),
    "{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}": ("", "Hello %(name)s", ""),
    "{% blocktranslate trimmed %}\n  two\n  lines\n{% endblocktranslate %}": ("", "two lines", ""),
    "{% blocktranslate count n=n %}one row{% plural %}{{ n }} rows{% endblocktranslate %}": (
        "",
        "one row",
        "%(n)s rows",
    ),
    '{{ value|default:_("Nothing") }}': ("", "Nothing", ""),
    '{% include "a.html" with title=_("Title") %}': ("", "Title", ""),
    "  don't ( [ {\n    <p>{% translate 'Odd indents' %}</p>\n ": ("", "Odd indents", ""),
}
CALLS = {
    '_("one " "text")': ("", "one text", ""),
    'gettext_lazy("Later")': ("", "Later", ""),
    'ngettext("%(n)d row", "%(n)d rows", 2)': ("", "%(n)d row", "%(n)d rows"),
    'pgettext("month", "May")': ("month", "May", ""),
    'npgettext("day", "%(n)d day", "%(n)d days", 2)': ("day", "%(n)d day", "%(n)d days"),
}


@pytest.mark.parametrize(("source", "text"), TEMPLATES.items())
def test_template_text_is_collected(tmp_path: Path, source: str, text: Text) -> None:
    (tmp_path / "page.html").write_text("{% load i18n %}" + source, encoding="utf-8")
    assert collect(tmp_path) == {text}


@pytest.mark.parametrize(("source", "text"), CALLS.items())
def test_python_text_is_collected(tmp_path: Path, source: str, text: Text) -> None:
    imported = "from django.utils.translation import gettext as _"
    (tmp_path / "code.py").write_text(f"{imported}\nclass Meta:\n    label = {source}\n", encoding="utf-8")
    assert collect(tmp_path) == {text}


def test_migrations_and_packages_are_left_out(tmp_path: Path) -> None:
    for folder in ("accounts/migrations", "node_modules/x", ".venv/lib"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "code.py").write_text('gettext("not ours")', encoding="utf-8")
    assert collect(tmp_path) == set()


def test_update_keeps_translations_and_drops_what_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    update(path, {("", "Save", ""), ("", "Gone", "")})
    catalogue = polib.pofile(str(path))
    for entry in catalogue:
        entry.msgstr = "保存"
    catalogue.save()
    update(path, {("", "Save", ""), ("", "New", "")})
    assert {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))} == {"Save": "保存", "New": ""}
