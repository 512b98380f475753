"""Whatever is typed into a form of the archive is saved as it was typed and shown as words, or refused at its field
with everything still there. Never a fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle

import pytest
import time_machine
from pytest_django import DjangoDbBlocker

from tests.database import undone
from tests.house.answers import Answer
from tests.house.conftest import quietly
from tests.house.naughty import BROKEN, NAUGHTY, TOO_LONG, packed
from tests.house.typed import PEOPLE, Known, Typist
from tests.house.world import NOW, build

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("typed")]
LONGEST_NAME = 100
# Forms that words alone never save, and why.
NEVER_SAVED = {
    "patients:erasure_approve": "only the number of this very record approves",
}


@dataclass
class Typed:
    known: list[Known] = field(default_factory=list)
    saved: list[Answer] = field(default_factory=list)  # with words in all fields that take words
    refused: list[Answer] = field(default_factory=list)  # with what no field takes
    others: list[Answer] = field(default_factory=list)


@pytest.fixture(scope="module")
def typed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Typed:
    found, pages, forms = Typed(), set[str](), set[tuple[str, ...]]()
    with quietly(), undone(django_db_blocker), time_machine.travel(NOW, tick=False):
        world = build()
        for person in PEOPLE:
            typist = Typist(world, person)
            for form in typist.forms(pages):
                if form.name not in forms:
                    forms.add(form.name)
                    type_into(typist, typist.learn(form), found)
    return found


def type_into(typist: Typist, known: Known, found: Typed) -> None:
    form = known.form
    found.known.append(known)
    if known.is_saved:
        found.saved += typist.rounds(known)
    found.refused.append(typist.send(form, dict(zip(form.texts, cycle((TOO_LONG, BROKEN)), strict=False))))
    found.others.append(typist.send_bytes(form))
    if known.exact:
        found.others.append(typist.send(form, dict(zip(known.exact, NAUGHTY, strict=False))))
    if form.files:
        found.others += [typist.send(form, {}, file=name) for name in packed(LONGEST_NAME)]


def every(typed: Typed) -> Iterator[Answer]:
    yield from (answer for known in typed.known for answer in known.tries)
    yield from (*typed.saved, *typed.refused, *typed.others)


def test_nothing_is_a_fault(typed: Typed) -> None:
    assert len(typed.known) > 25
    assert {str(answer) for answer in every(typed) if answer.status not in (200, 302)} == set()


def test_every_form_can_be_saved_with_words(typed: Typed) -> None:
    assert {known.form.route for known in typed.known if not known.is_saved} == NEVER_SAVED.keys()


def test_it_is_kept_as_it_was_typed(typed: Typed) -> None:
    assert typed.saved
    assert {str(answer): answer.not_kept for answer in typed.saved if answer.not_kept} == {}
    in_turn = {(answer.form.name, name) for answer in typed.saved if answer.status == 302 for name in answer.typed}
    expected = {(known.form.name, name) for known in typed.known if known.is_saved for name in known.wordy}
    assert in_turn == expected


def test_no_page_takes_it_for_its_own_markup(typed: Typed) -> None:
    assert {str(answer) for answer in every(typed) if answer.runs} == set()


def test_a_form_that_is_opened_anew_shows_the_words(typed: Typed) -> None:
    edits = [known for known in typed.known if known.form.route.endswith("_edit")]
    tries = [known.tries[-1] for known in edits if known.wordy]  # of times and days alone there are no words
    assert len(tries) >= 7
    assert {str(answer) for answer in tries if not answer.shows} == set()


def test_what_is_too_long_or_broken_is_said_at_its_field(typed: Typed) -> None:
    silent = {str(answer): answer.form.texts.keys() - answer.wrong for answer in typed.refused}
    assert {form: names for form, names in silent.items() if names} == {}


def test_nothing_that_was_typed_is_lost(typed: Typed) -> None:
    assert {str(answer): answer.lost for answer in every(typed) if answer.lost} == {}
