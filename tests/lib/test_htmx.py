"""One address, two bodies: the whole page, or the part that htmx asks for."""

import pytest

from accounts.models import Staff
from tests import make

URL = "/jobs/"


@pytest.mark.parametrize(
    ("headers", "is_part"),
    [
        ({}, False),
        ({"HX-Request": "true", "HX-Target": "rows"}, True),
        ({"HX-Request": "true", "HX-Target": "main"}, False),
        ({"HX-Request": "true", "HX-Target": "rows", "HX-History-Restore-Request": "true"}, False),
        ({"HX-Target": "rows"}, False),
    ],
)
def test_the_part_is_sent_only_to_whoever_puts_it_in_its_place(
    alice: Staff, headers: dict[str, str], is_part: bool
) -> None:
    answer = make.client_of(alice).get(URL, headers=headers)
    text = answer.content.decode()
    assert 'id="rows"' in text
    assert ("<html" not in text) is is_part


def test_no_cache_mixes_them_up(alice: Staff) -> None:
    varies = make.client_of(alice).get(URL)["Vary"]
    assert {"HX-Request", "HX-Target"} <= {name.strip() for name in varies.split(",")}
