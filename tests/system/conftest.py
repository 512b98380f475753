"""Servers for those who start the product on them."""

import os

import psycopg2
import pytest

from tests import services

FIRST_REDIS = 9  # of sixteen; those before belong to others


@pytest.fixture(scope="module")
def servers() -> dict[str, str]:
    """Addresses of an empty PostgreSQL database and an empty Redis database, of nobody else at the same time."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    address, name = services.postgres(), f"system_test_{number}"
    connection = psycopg2.connect(address)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    redis = f"{services.redis().rpartition('/')[0]}/{FIRST_REDIS + number}"
    return {"DATABASE_URL": f"{address.rpartition('/')[0]}/{name}", "REDIS_URL": redis}
