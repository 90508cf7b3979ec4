"""What happened around the log-in of an account: kept half a year, and shown to whose account it is (``www/log_ins.py``).

    record(user, LogIn.Kind.LOGGED_IN, browser="Firefox", system="Windows")

No address of a connection is kept, and of the browser only which one it is and on what: enough to say "that was not me".
"""

from typing import Final

from kesher.accounts.models import LogIn, User
from kesher.base.rows import acting_for

#: What somebody else's tries look like.
FAILED: Final = frozenset({LogIn.Kind.WRONG_PASSWORD, LogIn.Kind.WRONG_SECOND_STEP, LogIn.Kind.CLOSED})
SHOWN: Final = 50
#: Of these at most so many are failures: somebody who tries passwords must not be able to push a log-in off the page.
SHOWN_FAILED: Final = 20
#: (what stands in the browser's own words, what it is called); the first that is found.
_BROWSERS: Final = (
    ("edg/", "Edge"),
    ("samsungbrowser/", "Samsung Internet"),
    ("opr/", "Opera"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("crios/", "Chrome"),
    ("chrome/", "Chrome"),
    ("safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("windows", "Windows"),
    ("cros", "ChromeOS"),
    ("mac os", "macOS"),
    ("linux", "Linux"),
)


def device_of(said: str) -> str:
    """What the browser says of itself, as far as it is kept: "Firefox, Windows"; "" where it says nothing known."""
    words = said.lower()
    found = (next((name for part, name in those if part in words), "") for those in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in found if name)


def record(user: User, kind: LogIn.Kind, *, device: str = "") -> None:
    """Write one thing down. A log-in from where this account never came from is marked, once any other is known."""
    with acting_for(user_id=user.pk):
        before = LogIn.objects.filter(user=user, kind=LogIn.Kind.LOGGED_IN)
        is_new = (
            kind == LogIn.Kind.LOGGED_IN  # also by a program that does not say what it is
            and before.exists()
            and not before.filter(device=device).exists()
        )
        LogIn.objects.create(user=user, kind=kind, device=device, is_new=is_new)


def recent(user: User) -> list[LogIn]:
    """What happened last, the latest first."""
    theirs = LogIn.objects.visible_to(user).order_by("-at", "-id")
    failed = list(theirs.filter(kind__in=FAILED)[:SHOWN_FAILED])
    others = list(theirs.exclude(kind__in=FAILED)[: SHOWN - len(failed)])
    return sorted([*failed, *others], key=lambda one: (one.at, one.pk), reverse=True)
