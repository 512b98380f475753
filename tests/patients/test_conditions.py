"""Which conditions a list is narrowed by: each in words, each can be taken away by itself."""

import re
from html import unescape

import pytest
from django.test import Client

from accounts.models import Staff
from institution.models import ReferenceItem
from tests import make
from tests.accounts.pages import in_english


@pytest.fixture
def browser(dana: Staff) -> Client:
    return in_english(make.client_of(dana))


def chips(browser: Client, query: str) -> dict[str, str]:
    """Words and where a press leads."""
    page = browser.get(f"/patients/{query}").content.decode()
    found = re.findall(r'<a class="c-chip" href="([^"]*)"[^>]*>([^<]*)<', page)
    return {unescape(words): unescape(url) for url, words in found}


def test_each_leads_to_the_list_without_it(browser: Client, dana: Staff) -> None:
    department = dana.department
    assert department is not None
    told = chips(browser, f"?department={department.pk}&sex=female&columns=phone")
    assert told == {
        "Sex: Female": f"/patients/?columns=phone&department={department.pk}",
        f"Department: {department.name}": "/patients/?columns=phone&sex=female",
    }
    assert list(chips(browser, "?sex=female").values()) == ["/patients/?all=1"]


def test_what_is_searched_for_stands_in_its_field(browser: Client) -> None:
    assert chips(browser, "?q=zhang") == {}


def test_choices_of_the_hospital_are_told_in_its_words(browser: Client) -> None:
    tags = ReferenceItem.objects.filter(list__code="patient_tag").order_by("position", "pk")[:2]
    query = "&".join(f"tag={tag.pk}" for tag in tags)
    assert list(chips(browser, f"?{query}")) == [f"Tags: {tags[0].label_en}, {tags[1].label_en}"]
    nothing = list(chips(browser, "?department=null&source=null"))
    assert nothing == ["Department: No department", "Media source: Not asked yet"]


def test_one_that_cannot_be_read_opens_the_menu_with_its_error(browser: Client) -> None:
    page = browser.get("/patients/?sex=whatever").content.decode()
    assert '<details class="c-menu" open>' in page
    assert "id_sex_error" in page
