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
from hospital_crm import demo, sections
from hospital_crm.lib.bilingual import Bilingual
from hospital_crm.lib.errors import DomainError
from tests.house import markup
from tests.house.visits import Visit
from tools.messages import Text, collect, key

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = polib.pofile(str(ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\{?\s*\w*\s*\}?\}|%[sd]")
CHINESE = re.compile(r"[\u3400-\u9fff]")
TWO_WORDS = re.compile(r"[A-Za-z]{2,}[\s'’,]+[A-Za-z]{2,}")
# Latin beside Chinese without a space; placeholders are mostly names and stand close.
CROWDED = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9%][\u4e00-\u9fff]")
HALF_WIDTH = re.compile(r"[\u3400-\u9fff][:;,?!(]|[:;,?!)][\u3400-\u9fff]")  # Chinese has its own marks
FULL_WIDTH_LATIN = re.compile(r"[０-９Ａ-Ｚａ-ｚ]")
BOSSY = ("请注意", "！", "!", "成功", "您好")
# One thing has one name; these are the other names, some of them from libraries.
OTHER_NAMES = (
    "你",
    "两步验证",
    "双因素",
    "恢复代码",
    "认证器",
    "认证APP",
    "帐户",
    "帐号",
    "账户",
    "登陆",
    "变量",
    "必填项",
    "柜台",
    "未了",
    "不明来电",
    "未留名",
    "人员",
)
THEIR_ENGLISH = ("Please type your current password.",)  # a library's, not ours to choose
BOSSY_ENGLISH = re.compile(r"\bplease\b|\bsuccessfully\b|!", re.IGNORECASE)

TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
COMMENT = re.compile(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", re.DOTALL)
TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
NO_TEXT = re.compile(r"{% block (?:attrs|gate_class) %}.*?{% endblock %}", re.DOTALL)  # they fill a tag
SEEN_ATTRIBUTES = ("aria-label", "title", "placeholder", "alt", "data-label")
BOTH_LANGUAGES = ("errors/500.html",)  # nothing may fail there, so it looks nothing up and says it twice
# What people typed (tests.house.world), and an example for a Chinese field.
TYPED = re.compile("赵.|张桂兰|王建军|示范中学|钱经理|洽谈体检|^张$|信息科，分机 8100|IT, extension 8100")
# Pages that show both languages beside each other on purpose.
BILINGUAL_PAGES = ("institution:list_detail", "stale form")
Said = dict[str, Visit]  # a text that the reader reads, and a page where it stands


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
    """All but signs, and what puts translated pieces together."""
    english = [entry.msgid for entry, _, text in entries() if not CHINESE.search(text)]
    pieces = [
        "%",
        "%(field)s: %(fault)s",
        "%(what)s: %(word)s",
        "%(who)s, %(when)s: %(step)s",
        "MB",
        "{record}: {column}",
        "“{words}” {why}.",
    ]
    assert sorted(english) == pieces


def test_translations_keep_the_placeholders() -> None:
    lost = {
        source: text
        for _, source, text in entries()
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(text))
    }
    assert lost == {}


def test_wording_is_calm_and_well_set() -> None:
    for _, source, text in entries():
        assert not any(word in text for word in BOSSY + OTHER_NAMES), text
        assert not CROWDED.search(PLACEHOLDER.sub("。", text)), text
        assert not FULL_WIDTH_LATIN.search(text), text
        assert not HALF_WIDTH.search(text), text
        assert text.rstrip("。？：") == text or source.rstrip(".?:") != source, text
        assert source in THEIR_ENGLISH or not BOSSY_ENGLISH.search(source), source


def template_words() -> Iterator[tuple[str, str]]:
    """Template and text, for all text in it that the reader sees and that no tag brings."""
    folder = ROOT / "templates"
    for path in sorted(folder.rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        for pattern in (COMMENT, NO_TEXT, TRANSLATED, TAG):
            source = pattern.sub(" ", source)
        page = markup.read(source)
        seen = (words.text for words in page.words if not words.is_inside("kbd", "code"))
        spoken = (tag[attribute] for tag in page.tags for attribute in SEEN_ATTRIBUTES)
        yield from ((str(path.relative_to(folder)), text) for text in (*seen, *spoken))


def test_templates_hold_no_text_outside_the_catalogue() -> None:
    words = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]")
    found = {(name, text) for name, text in template_words() if words.search(text)}
    assert {(name, text) for name, text in found if name not in BOTH_LANGUAGES} == set()
    assert {name for name, _ in found} == set(BOTH_LANGUAGES)


def _subclasses(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


def test_every_refusal_speaks_both_languages() -> None:
    refusals = [each for each in _subclasses(DomainError) if not each.__module__.startswith("tests.")]
    assert refusals
    for refusal in refusals:
        assert isinstance(refusal.message, Promise), refusal
        with override("zh-hans"):
            assert CHINESE.search(str(refusal.message)), refusal
        with override("en"):
            assert not CHINESE.search(str(refusal.message)), refusal


def test_every_section_speaks_both_languages() -> None:
    for section in (*sections.SECTIONS, *sections.SETTINGS_SECTIONS):
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


def seen(visit: Visit) -> Iterator[str]:
    """What the reader reads on the page: no codes, no keys, nothing that says it is in another language."""
    here = (visit.page.all("html")[0]["lang"], "") if visit.is_page else ("",)
    for words in visit.page.words:
        if words.language in here and not words.is_inside("code", "kbd", "textarea"):
            yield words.text
    for tag in visit.page.tags:
        if tag.language in here:
            yield from (tag.attributes[name] for name in SEEN_ATTRIBUTES if name in tag.attributes)


@pytest.fixture(scope="module")
def said(all_visits: tuple[list[Visit], list[Visit]]) -> tuple[Said, Said]:
    """What is read in Chinese and in English; most of it stands on many pages."""
    return where_said(all_visits[0]), where_said(all_visits[1])


def where_said(visits: list[Visit]) -> Said:
    first: Said = {}
    for visit in visits:
        if visit.is_html and visit.route not in BILINGUAL_PAGES:
            for text in seen(visit):
                first.setdefault(text, visit)
    return first


def found(pattern: re.Pattern[str], said: Said) -> dict[str, str]:
    """Each text in which it is, and a page with it."""
    return {text: str(visit) for text, visit in said.items() if pattern.search(TYPED.sub("", text))}


def test_chinese_pages_hold_no_english(said: tuple[Said, Said]) -> None:
    assert found(TWO_WORDS, said[0]) == {}


def test_chinese_pages_use_chinese_marks(said: tuple[Said, Said]) -> None:
    assert found(re.compile(f"{HALF_WIDTH.pattern}|^: "), said[0]) == {}


def test_english_pages_hold_no_chinese(said: tuple[Said, Said]) -> None:
    assert found(CHINESE, said[1]) == {}


def test_chinese_pages_call_one_thing_by_one_name(said: tuple[Said, Said]) -> None:
    assert found(re.compile("|".join(OTHER_NAMES)), said[0]) == {}


def complaints(visit: Visit) -> Iterator[str]:
    """What the page says is wrong."""
    loud = [tag for tag in visit.page.tags if {"c-err", "c-note"} & set(tag["class"].split())]
    for words in visit.page.words if loud else ():
        if any(tag in loud for tag in words.around):
            yield words.text


def test_what_is_wrong_with_a_form_is_said_in_the_readers_language(visits: list[Visit]) -> None:
    """Also what Django and the sign-in library say."""
    said = {text for visit in visits if visit.is_html for text in complaints(visit)}
    assert len(said) > 30
    assert {text for text in said if not CHINESE.search(text)} == set()
