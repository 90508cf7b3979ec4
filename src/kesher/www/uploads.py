"""How much of a file a request may bring: what is beyond is not stored, not even for the length of the request."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.files.uploadhandler import FileUploadHandler

#: The largest file any page takes, in bytes.
LARGEST: Final = 10 << 20
#: Files that one process looks into at a time, and seconds another one waits for its turn.
AT_ONCE: Final = 2
PATIENCE: Final = 10.0
_looking_into: Final = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """Too many files are being looked into; whoever sends one tries again in a moment."""


@contextmanager
def looking_into_a_file() -> Iterator[None]:
    """For whatever reads or opens a file that somebody sent. Raises :class:`Busy`."""
    if not _looking_into.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        _looking_into.release()


class Bounded(FileUploadHandler):
    """First of the upload handlers: those after it get :data:`LARGEST` bytes of a file and one chunk more.

    Forms refuse what is too large for them, but only after Django has taken all of it in, on disk. So much that every form
    sees that a file is too large is let through; the rest is read from the connection and forgotten.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """None: the handlers after this one do not hear of the chunk."""
        before, self._seen = self._seen, self._seen + len(raw_data)
        return None if before > LARGEST else raw_data

    def file_complete(self, file_size: int) -> None:
        """The file is made by those after."""
