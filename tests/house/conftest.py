"""All answers of the product, collected once a run and kept as plain data."""

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from pytest_django import DjangoDbBlocker

from tests.database import undone
from tests.house.visits import Visit, visit_all
from tests.house.world import NOW


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that look at the visits run beside each other, in one process: they are collected once and not in each."""
    for item in items:
        if "all_visits" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("visits"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """One of them asks for the database, so that there is one when they run without others; the rest need none."""
    for item in [item for item in session.items if "all_visits" in getattr(item, "fixturenames", ())][:1]:
        item.add_marker(pytest.mark.django_db)


@contextmanager
def quietly() -> Iterator[None]:
    """A thousand refusals are what is asked for here."""
    logging.disable()
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


@pytest.fixture(scope="session")
def all_visits(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> tuple[list[Visit], list[Visit]]:
    """In Chinese and in English."""
    with quietly(), undone(django_db_blocker), time_machine.travel(NOW, tick=False):
        found = visit_all()
    for visit in (*found[0], *found[1]):
        _ = visit.page  # read once, here
    gc.collect()
    gc.freeze()  # a million small things that stay to the end: nobody looks through them again and again
    return found


@pytest.fixture(scope="session")
def visits(all_visits: tuple[list[Visit], list[Visit]]) -> list[Visit]:
    """Every route as everybody, in Chinese."""
    return all_visits[0]


@pytest.fixture(scope="session")
def english_visits(all_visits: tuple[list[Visit], list[Visit]]) -> list[Visit]:
    """Most pages once more, in English."""
    return all_visits[1]
