"""The page that describes the API: found from the settings, introduced in the reader's language."""

import pytest

from accounts.models import Staff
from tests.accounts.pages import in_english
from tests.conftest import SignedIn

DOCS = "/api/v1/docs/"


def test_the_administrator_finds_it_among_the_settings(frank: Staff, signed_in: SignedIn) -> None:
    assert f'href="{DOCS}"' in signed_in(frank).get("/settings/").content.decode()


@pytest.mark.parametrize("who", ["alice", "frank"])
def test_whoever_may_call_it_is_told_what_a_try_does(
    who: str, request: pytest.FixtureRequest, signed_in: SignedIn
) -> None:
    browser = signed_in(request.getfixturevalue(who))
    assert "记在您的名下" in browser.get(DOCS).content.decode()
    page = in_english(browser).get(DOCS).content.decode()
    assert "done in earnest, in your name" in page
    assert 'href="/api/v1/schema/"' in page
