"""One page looks at one moment: what was read of the directory stays the same from its first line to its last.

``@one_moment()``, ``with one_moment(): …``   around what only reads; whoever writes meanwhile is seen by the next page
``@kept_for_the_moment``                      on what is read anew each time otherwise, and takes no arguments
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast

Read = TypeVar("Read")
_read: ContextVar[dict[Callable[[], Any], Any] | None] = ContextVar("read in this moment", default=None)


@contextmanager
def one_moment() -> Iterator[None]:
    """What is :func:`kept_for_the_moment` is read at most once. Inside another moment, that one goes on."""
    if _read.get() is not None:
        yield
        return
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def kept_for_the_moment(read: Callable[[], Read]) -> Callable[[], Read]:
    """What ``read`` answers first within :func:`one_moment`; outside of one it is asked each time."""

    @wraps(read)
    def once() -> Read:
        already = _read.get()
        if already is None:
            return read()
        if read not in already:
            already[read] = read()
        return cast(Read, already[read])

    return once
