"""How often one person or program may ask the API."""

from django.core.cache import caches
from rest_framework.throttling import UserRateThrottle


class RateOfOne(UserRateThrottle):
    """Counted in the memory of each web process: no request writes to the database for it."""

    cache = caches["throttle"]
