"""What the product answers to a form that was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.house import markup
from tests.house.forms_of_pages import Form, forms_on
from tests.house.naughty import NAUGHTY, TRIED


@dataclass
class Answer:
    """To a form that was sent: what it says and left behind, as little as tests ask for."""

    form: Form
    typed: dict[str, str]
    status: int
    wrong: set[str]  # the fields at which something is said
    lost: set[str] = field(default_factory=set)  # of a form that comes back: whose words are no longer there
    not_kept: set[str] = field(default_factory=set)  # of one that was saved: whose words stand in no row it wrote
    runs: bool = False  # a page took words for its own markup
    shows: bool = False  # the page that it leads to, or the form opened anew, shows the words

    def __str__(self) -> str:
        return f"{self.form.route} ({self.status})"


def read(form: Form, typed: dict[str, str], answer: Any) -> Answer:
    words = answer.content.decode()
    page = markup.read(words)
    said = [tag["id"] for tag in page.tags if tag["id"].endswith("_error") and tag.text]
    wrong = {name.removeprefix("id_").removesuffix("_error") for name in said}
    found = Answer(form, typed, answer.status_code, wrong, runs=runs(words))
    if answer.status_code != 302:
        same = next((each.values for each in forms_on(page, form.url) if each.name == form.name), {})
        found.lost = {name for name, text in typed.items() if same.get(name, "").split() != text.split()}
    return found


def runs(words: str) -> bool:
    """Whether a page took words for its own markup."""
    return any(text in words for text in (TRIED, *NAUGHTY[:2]))
