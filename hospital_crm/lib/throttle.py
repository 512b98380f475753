"""How often one person, program or address may ask."""

from django.core.cache import caches
from rest_framework.throttling import UserRateThrottle


class RateOfOne(UserRateThrottle):
    """Counted in the memory of each web process: no request writes to the database for it."""

    cache = caches["throttle"]


def count_one(name: str, *, seconds: int) -> int:
    """One more within these seconds from the first one, in the memory of each web process; how many that makes."""
    key = f"times:{name}:{seconds}"
    caches["throttle"].add(key, 0, seconds)
    try:
        return int(caches["throttle"].incr(key))
    except ValueError:  # it ran out in between
        return 1
