"""Both languages are complete: every text is marked, translated, and comes out in the reader's language."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import override

from accounts.official import official_departments
from hospital_crm import demo, navigation
from hospital_crm.lib.bilingual import Bilingual
from hospital_crm.lib.errors import DomainError
from tests.house import markup
from tests.house.markup import Words
from tests.house.visits import Visit
from tools.messages import Text, collect, key

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = polib.pofile(str(ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\{?\s*\w*\s*\}?\}|%[sd]")
CHINESE = re.compile(r"[\u3400-\u9fff]")
TWO_WORDS = re.compile(r"[A-Za-z]{2,}[\s'’,]+[A-Za-z]{2,}")
# Latin beside Chinese without a space; placeholders are mostly names and stand close.
CROWDED = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%][\u4e00-\u9fff]")
FULL_WIDTH_LATIN = re.compile(r"[０-９Ａ-Ｚａ-ｚ]")
BOSSY = ("请注意", "！", "!", "成功", "您好")
BOSSY_ENGLISH = re.compile(r"\bplease\b|\bsuccessfully\b|!", re.IGNORECASE)

TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
COMMENT = re.compile(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", re.DOTALL)
TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
SEEN_ATTRIBUTES = ("aria-label", "title", "placeholder", "alt", "data-label")
# What stands in a template in one language with a reason.
KNOWN = {
    ("errors/500.html", "出了故障 · Something broke"): "nothing may fail here, so both languages stand in it",
}


def entries() -> Iterator[tuple[polib.POEntry, str, str]]:
    """Each text with each of its translations."""
    for entry in CATALOGUE:
        if entry.msgid_plural:
            yield from ((entry, entry.msgid_plural, text) for text in entry.msgstr_plural.values())
        else:
            yield entry, entry.msgid, entry.msgstr


def bare(text: str) -> str:
    return PLACEHOLDER.sub("", text)


def test_catalogue_holds_every_marked_text_and_no_other() -> None:
    marked: set[Text] = collect(ROOT)
    kept = {key(entry) for entry in CATALOGUE if not entry.obsolete}
    assert {"missing": marked - kept, "gone": kept - marked} == {"missing": set(), "gone": set()}


def test_every_text_is_translated_and_none_is_a_guess() -> None:
    assert [entry.msgid for entry, _, text in entries() if not text.strip()] == []
    assert [entry.msgid for entry in CATALOGUE if entry.fuzzy or entry.obsolete] == []


def test_translations_are_chinese() -> None:
    english = [entry.msgid for entry, _, text in entries() if not CHINESE.search(text)]
    assert sorted(english) == ["%", "MB"]


def test_translations_keep_the_placeholders() -> None:
    lost = {
        source: text
        for _, source, text in entries()
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(text))
    }
    assert lost == {}


def test_wording_is_calm_and_well_set() -> None:
    for _, source, text in entries():
        assert not any(word in text for word in BOSSY), text
        assert not CROWDED.search(PLACEHOLDER.sub("。", text)), text
        assert not FULL_WIDTH_LATIN.search(text), text
        assert text.rstrip("。？：") == text or source.rstrip(".?:") != source, text
        assert not BOSSY_ENGLISH.search(source), source


def template_words() -> Iterator[tuple[str, str]]:
    """Template and text, for all text in it that the reader sees and that no tag brings."""
    folder = ROOT / "templates"
    for path in sorted(folder.rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        for pattern in (COMMENT, TRANSLATED, TAG):
            source = pattern.sub(" ", source)
        page = markup.read(source)
        name = str(path.relative_to(folder))
        seen = (words for words in page.words if not words.is_inside("kbd", "code", "script", "style"))
        yield from ((name, words.text) for words in seen if words.language != "en")
        yield from ((name, tag[attribute]) for tag in page.tags for attribute in SEEN_ATTRIBUTES)


def test_templates_hold_no_text_outside_the_catalogue() -> None:
    bare_words = {(name, text) for name, text in template_words() if re.search(r"[A-Za-z]{2,}|[\u3400-\u9fff]", text)}
    alone = {(name, text) for name, text in bare_words if name not in ("errors/500.html",)}
    assert alone == set()
    assert {each for each in bare_words - alone if TWO_WORDS.search(each[1])} == set(KNOWN)


def _subclasses(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


def test_every_refusal_speaks_both_languages() -> None:
    refusals = list(_subclasses(DomainError))
    assert refusals
    for refusal in refusals:
        assert isinstance(refusal.message, Promise), refusal
        with override("zh-hans"):
            assert CHINESE.search(str(refusal.message)), refusal
        with override("en"):
            assert not CHINESE.search(str(refusal.message)), refusal


def test_every_section_speaks_both_languages() -> None:
    for section in (*navigation.SECTIONS, *navigation.SETTINGS_SECTIONS):
        assert isinstance(section.label, Promise), section.code


@pytest.mark.django_db
def test_every_row_that_comes_with_the_product_has_both_languages() -> None:
    models = [model for model in apps.get_models() if issubclass(model, Bilingual)]
    assert models
    for model in models:
        fields = [field.name.removesuffix("_zh") for field in model._meta.fields if field.name.endswith("_zh")]
        for row in model._default_manager.all():
            for field in fields:
                check_both(getattr(row, f"{field}_zh"), getattr(row, f"{field}_en"), f"{row!r}.{field}")


def check_both(chinese: str, english: str, where: str) -> None:
    """Both or neither, each in its own script."""
    assert bool(chinese) == bool(english), where
    assert not chinese or CHINESE.search(chinese), where
    assert not CHINESE.search(english), where


def test_official_departments_have_both_names() -> None:
    for department in official_departments().values():
        assert department.name_zh, department.code
        check_both(department.name_zh, department.name_en, department.code)


def test_demo_hospital_has_both_languages() -> None:
    for person in demo.PEOPLE:
        check_both(person.name_zh, person.name_en, person.username)
        assert isinstance(person.does, Promise), person.username
    for place in demo.PLACES:
        check_both(place.name_zh, place.name_en, place.key)
    for name in {name.removesuffix("_zh") for name in demo.PROFILE if name.endswith("_zh")}:
        check_both(demo.PROFILE[f"{name}_zh"], demo.PROFILE[f"{name}_en"], name)


def seen(visit: Visit) -> Iterator[Words]:
    """What the reader reads on the page: no codes, no keys, nothing that says it is in another language."""
    hidden = ("code", "kbd", "script", "style", "option", "textarea")
    here = visit.page.all("html")[0]["lang"] if visit.is_page else ""
    for words in visit.page.words:
        if not words.is_inside(*hidden) and words.language in (here, ""):
            yield words
    for tag in visit.page.tags:
        own = tag["lang"] or next((each["lang"] for each in reversed(tag.around) if each["lang"]), "")
        spoken = (tag[attribute] for attribute in SEEN_ATTRIBUTES if own in (here, ""))
        yield from (Words(text, tag.around) for text in spoken if text)


# What people typed or what belongs to nobody's language: rows that show the other language on purpose.
ENGLISH_COLUMN = ("institution:list_detail",)


@pytest.mark.django_db
def test_chinese_pages_hold_no_english(visits: list[Visit]) -> None:
    found = {
        (str(visit), words.text)
        for visit in visits
        if visit.is_html and visit.route not in ENGLISH_COLUMN
        for words in seen(visit)
        if TWO_WORDS.search(words.text)
    }
    assert found == set()


@pytest.mark.django_db
def test_english_pages_hold_no_chinese(english_visits: list[Visit]) -> None:
    found = {
        (str(visit), words.text)
        for visit in english_visits
        if visit.is_html and visit.route not in ENGLISH_COLUMN
        for words in seen(visit)
        if CHINESE.search(words.text)
    }
    assert found == set()


@pytest.mark.django_db
def test_what_is_wrong_with_a_form_is_said_in_the_readers_language(visits: list[Visit]) -> None:
    """Also what Django and the sign-in library say."""
    said = {
        words.text
        for visit in visits
        if visit.is_html
        for words in visit.page.words
        if any("c-err" in tag["class"].split() or "c-note" in tag["class"].split() for tag in words.around)
    }
    assert len(said) > 5
    assert {text for text in said if not CHINESE.search(text)} == set()
