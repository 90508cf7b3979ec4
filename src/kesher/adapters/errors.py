"""What can go wrong with the private PostgreSQL, each with what to do about it."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class LocalPostgresError(RuntimeError):
    """The private PostgreSQL cannot do what was asked.

    `problem` says what is wrong and `remedy` what to do, each in plain sentences; ``str()`` gives both.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy


class BinariesMissing(LocalPostgresError):
    """No PostgreSQL programs, or programs that do not run here."""


class DiskFull(LocalPostgresError):
    """The disk that holds the data folder has no room."""


class NotWritable(LocalPostgresError):
    """The data folder, or one above it, may not be written or entered."""


class OtherUser(LocalPostgresError):
    """The data folder belongs to another user of this machine."""


class OtherVersion(LocalPostgresError):
    """The data folder was made by another major version of PostgreSQL."""


class StartFailed(LocalPostgresError):
    """The server did not start, for a reason of its own that its log tells."""


def disk_full(place: Path) -> DiskFull:
    """The error for a full disk under `place`."""
    return DiskFull(
        f"The disk that holds {place} is full.",
        "Free some space (1 GB is comfortable), or set KESHER_DATA to a folder on another disk.",
    )


def not_writable(place: Path) -> NotWritable:
    """The error for a folder that may not be written."""
    return NotWritable(
        f"{place} cannot be written by {user_name(os.geteuid())}.",
        "Change the folder's owner or permissions, or set KESHER_DATA to a folder that you may write.",
    )


def user_name(uid: int) -> str:
    """A user's name with its number, for messages; the number alone when the machine knows no name."""
    import pwd

    try:
        return f"{pwd.getpwuid(uid).pw_name} (uid {uid})"
    except KeyError:
        return f"uid {uid}"


@contextmanager
def explained(place: Path) -> Iterator[None]:
    """Turns the operating system's refusals while working in `place` into errors with a remedy."""
    try:
        yield
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(place)
        if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT):
            raise not_writable(Path(problem.filename) if problem.filename else place)
        if problem.errno in (errno.ENOTDIR, errno.EEXIST):
            raise NotWritable(
                f"{problem.filename or place} is in the way: it is not a folder.",
                "Move it away, or set KESHER_DATA to another folder.",
            )
        raise


class MissingExtra(RuntimeError):
    """What was asked for needs a library that is installed only on request."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"What {what} needs is not installed. Install it: pip install 'kesher[{extra}]'")
        self.extra = extra
