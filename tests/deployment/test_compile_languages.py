"""Compile the catalogues without gettext on the machine."""

import gettext
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

CATALOGUE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Save"
msgstr "保存"

msgid "%(n)s row"
msgid_plural "%(n)s rows"
msgstr[0] "%(n)s 行"

#, fuzzy
msgid "Guessed"
msgstr "猜的"

msgid "Empty"
msgstr ""
"""


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """A folder with one catalogue, which is the only one."""
    place = tmp_path / "zh_Hans" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "django.po").write_text(CATALOGUE, encoding="utf-8")
    settings.LOCALE_PATHS = [tmp_path]
    return tmp_path


def compile_languages() -> str:
    answer = io.StringIO()
    call_command("compile_languages", stdout=answer)
    return answer.getvalue()


def test_makes_a_catalogue_that_the_product_reads(folder: Path) -> None:
    assert compile_languages() == "zh_Hans: 4 texts\n"
    with (folder / "zh_Hans" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert catalogue.gettext("Save") == "保存"
    assert catalogue.ngettext("%(n)s row", "%(n)s rows", 2) == "%(n)s 行"


def test_leaves_out_what_nobody_has_translated(folder: Path) -> None:
    compile_languages()
    with (folder / "zh_Hans" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert (catalogue.gettext("Guessed"), catalogue.gettext("Empty")) == ("Guessed", "Empty")


def test_without_catalogues_does_nothing(settings: Any, tmp_path: Path) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    assert compile_languages() == ""
