"""All answers of the product, collected once a run and kept as plain data."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.house.visits import Visit, visit_all, visit_in_english
from tests.house.world import NOW


@contextmanager
def undone(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Database access outside a test's own; nothing stays of it, and the clock stands still."""
    cache.clear()  # it remembers which codes of the second factor were used
    logging.disable()  # a thousand refusals are what is asked for here
    try:
        with blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        logging.disable(logging.NOTSET)


@pytest.fixture(scope="session")
def visits(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> list[Visit]:
    """Every route as everybody, in Chinese."""
    with undone(django_db_blocker):
        return visit_all()


@pytest.fixture(scope="session")
def english_visits(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> list[Visit]:
    """Most pages once more, in English."""
    with undone(django_db_blocker):
        return visit_in_english()
