"""Servers for those who start the product on them."""

import psycopg2
import pytest

from tests import services


@pytest.fixture(scope="module")
def servers() -> dict[str, str]:
    """Addresses of an empty PostgreSQL database and an empty Redis database."""
    address = services.postgres()
    connection = psycopg2.connect(address)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS system_test WITH (FORCE)")
        cursor.execute("CREATE DATABASE system_test")
    connection.close()
    redis = services.redis().rpartition("/")[0] + "/7"
    return {"DATABASE_URL": address.rpartition("/")[0] + "/system_test", "REDIS_URL": redis}
