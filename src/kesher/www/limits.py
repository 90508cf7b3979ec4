"""How often one connection may do a thing. Counts live in the database cache: they hold for all workers and restarts."""

import hashlib
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from kesher.base.addresses import connection_of


def too_many(request: HttpRequest, what: str, *, most: int, seconds: int) -> bool:
    """Count this request; True when there were more than ``most`` in the current span of ``seconds``.

    The address itself is not kept: only a keyed hash of it, for one span. Of IPv6 a whole network counts as one: who has
    one has more addresses than there are requests.
    """
    return too_often(connection_of(request), what, most=most, seconds=seconds)


def too_often(who: str, what: str, *, most: int, seconds: int) -> bool:
    """The same for whatever else is to be counted, a telephone number say."""
    key = _key(who, what, seconds)
    if cache.add(key, 1, seconds):
        return most < 1
    try:
        return cache.incr(key) > most
    except ValueError:  # ran out between the two calls
        return False


def used_up(who: str, what: str, *, most: int, seconds: int) -> bool:
    """Whether ``most`` have been counted in the current span already; counts nothing itself."""
    return (cache.get(_key(who, what, seconds)) or 0) >= most


def _key(who: str, what: str, seconds: int) -> str:
    span = int(time.time()) // seconds
    kept = hashlib.blake2b(who.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=12).hexdigest()
    return f"limit:{what}:{kept}:{span}"
