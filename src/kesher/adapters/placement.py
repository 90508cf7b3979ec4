"""Which user the private PostgreSQL runs as, and where it can live so that this user can reach it.

PostgreSQL refuses to run as root. An ordinary user runs it as themselves, inside their data folder. For root:

- The server gets a user number that nobody else has, chosen from the range that Linux systems leave unused (60706 to
  61183), from the folder's path; not `nobody`, because whoever runs as `nobody` could then read the data and use the
  socket. A folder that already has an owner keeps that owner.
- When strangers may not enter the data folder's parents (a clone under /root, or a private temporary folder), the
  server could not either. Opening the parents would be wrong, so the server's files go to /var/lib/kesher-private (or beside a
  temporary folder), and ``data_folder/home`` is a link to them.
"""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kesher.adapters.errors import OtherUser, user_name

FIRST_UNUSED_UID = 60706
UNUSED_UIDS = 478
NOBODY = 65534

#: A socket's path is at most 107 bytes; ``/.s.PGSQL.5432`` takes 14 of them.
LONGEST_SOCKET_FOLDER = 92
#: Not $TMPDIR or $XDG_RUNTIME_DIR: a cron job or a service must compute the same path as a log-in session.
SHORT_FOLDER = Path("/tmp")  # noqa: S108
SYSTEM_HOMES = Path("/var/lib/kesher-private")


@dataclass(frozen=True)
class ServerUser:
    """The user the server runs as. `changes` is False when that is simply who we are."""

    uid: int
    gid: int
    changes: bool
    #: initdb insists on a user with a name; the files are handed over when it has finished.
    initdb_uid: int
    initdb_gid: int

    def process_options(self, *, for_initdb: bool = False) -> dict[str, Any]:
        """Keyword arguments of ``subprocess.run`` that make a child run as this user."""
        if not self.changes:
            return {}
        uid, gid = (self.initdb_uid, self.initdb_gid) if for_initdb else (self.uid, self.gid)
        return {"user": uid, "group": gid, "extra_groups": []}


def server_user(data_folder: Path) -> ServerUser:
    """Who the server of this data folder runs as, when we start it."""
    here = os.geteuid()
    if here != 0:
        return ServerUser(here, os.getegid(), False, here, os.getegid())
    cluster = home_of(data_folder) / "cluster"
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return ServerUser(owner.st_uid, owner.st_gid, True, owner.st_uid, owner.st_gid)
    nobody = _named_user()
    uid = _unused_uid(data_folder)
    if uid is None:
        return ServerUser(nobody.pw_uid, nobody.pw_gid, True, nobody.pw_uid, nobody.pw_gid)
    return ServerUser(uid, uid, True, nobody.pw_uid, nobody.pw_gid)


def _named_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        return pwd.getpwuid(NOBODY)


def _unused_uid(data_folder: Path) -> int | None:
    """A number without a name, usable in this container; None where the container maps too few of them."""
    start = int.from_bytes(hashlib.sha256(os.fsencode(data_folder)).digest()[:4], "big")
    for step in range(UNUSED_UIDS):
        uid = FIRST_UNUSED_UID + (start + step) % UNUSED_UIDS
        try:
            pwd.getpwuid(uid)
        except KeyError:
            return uid if _is_mapped(uid) else None
    return None


def _is_mapped(uid: int) -> bool:
    try:
        lines = Path("/proc/self/uid_map").read_text().splitlines()
    except OSError:
        return True
    ranges = [(int(first), int(length)) for first, _, length in (line.split() for line in lines)]
    return any(first <= uid < first + length for first, length in ranges)


def strangers_may_enter(folder: Path) -> bool:
    """True when every existing folder from the root down to `folder` may be entered by any user."""
    for ancestor in (folder, *folder.parents):
        try:
            if not ancestor.stat().st_mode & stat.S_IXOTH:
                return False
        except FileNotFoundError:
            continue
    return True


def _lives_elsewhere(data_folder: Path) -> bool:
    if os.geteuid() != 0 or (data_folder / "cluster").exists():
        return False
    # Asked of the parent: the data folder itself is ours to open.
    return not strangers_may_enter(data_folder.parent)


def home_of(data_folder: Path) -> Path:
    """Where the server's files are, or would be inside the data folder."""
    link = data_folder / "home"
    return Path(os.readlink(link)) if link.is_symlink() else data_folder


def make_home(data_folder: Path) -> Path:
    """Makes the folder for the server's files where its user can reach it, and returns it."""
    link = data_folder / "home"
    if not link.is_symlink() and _lives_elsewhere(data_folder):
        inside_temporary = SHORT_FOLDER in data_folder.parents
        # A name nobody can prepare for us, and never that of an earlier server: the link is what finds it again.
        name = f"{_digest(data_folder)}-{secrets.token_hex(8)}"
        new = SHORT_FOLDER / f"kesher-{name}" if inside_temporary else SYSTEM_HOMES / name
        new.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        new.mkdir(mode=0o755)
        new.chmod(0o755)
        (new / "belongs_to").write_text(f"{data_folder}\n")
        link.symlink_to(new)
    home = home_of(data_folder)
    if home != data_folder and not home.exists():
        home.mkdir(mode=0o755)
    if home.stat().st_uid not in (0, os.geteuid()) and os.geteuid() != 0:
        raise OtherUser(
            f"{home} belongs to {user_name(home.stat().st_uid)}.",
            "Work as that user, or set KESHER_DATA to a folder of your own.",
        )
    if os.geteuid() == 0 and home == data_folder:
        home.chmod(home.stat().st_mode | stat.S_IXOTH)
    return home


def remove_home(data_folder: Path) -> None:
    """Removes the outside folder and its link, where there is one."""
    link = data_folder / "home"
    if link.is_symlink():
        shutil.rmtree(os.readlink(link), ignore_errors=True)
        link.unlink()


def socket_folder(data_folder: Path) -> Path:
    """The folder of the server's socket: inside the data folder where it fits and can be reached, else below /tmp."""
    inside = data_folder / "run"
    fits = len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER and not set('",\\') & set(str(inside))
    if fits and not (os.geteuid() == 0 and not strangers_may_enter(data_folder.parent)):
        return inside
    return SHORT_FOLDER / f"kesher-{_digest(data_folder)}"


def _digest(data_folder: Path) -> str:
    return hashlib.sha256(os.fsencode(data_folder)).hexdigest()[:16]
