"""Distances, days and hours as people say them."""

from datetime import date, time, timedelta
from typing import Final

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import localize, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kesher.directory.search import Opening

#: Kilometres as the crow flies that one walks in an hour: 4.5 on the road, which is about 1.3 times as long.
WALKED_IN_AN_HOUR: Final = 3.5
WALKABLE: Final = 2.5


def way_to(kilometres: float | None, *, remote: bool) -> str:
    """How far it is: on foot where one would walk, else in kilometres; empty when nobody knows."""
    if kilometres is None:
        return _("by phone or online") if remote else ""
    if kilometres <= WALKABLE:
        minutes = max(5, round(kilometres / WALKED_IN_AN_HOUR * 60 / 5) * 5)
        far = ngettext("about %(count)d minute on foot", "about %(count)d minutes on foot", minutes) % {
            "count": minutes
        }
    else:
        far = _("about %(km)s km away") % {"km": localize(round(kilometres))}
    return _("%(far)s, or by phone or online") % {"far": far} if remote else far


def open_now(until: time | None) -> str:
    """That it is open, and until when; None where it does not close within a day."""
    if until is None:
        return _("Open now")
    return _("Open now, until %(time)s") % {"time": time_format(until, "TIME_FORMAT")}


def closed_now(opens: Opening | None, today: date) -> str:
    """That it is closed, and when it opens next, so that nobody has to look through the week; None where nobody knows."""
    if opens is None:
        return _("closed now")
    said = {"time": time_format(opens.at, "TIME_FORMAT")}
    if opens.days == 0:
        return _("closed now, opens at %(time)s") % said
    if opens.days == 1:
        return _("closed now, opens tomorrow at %(time)s") % said
    day = WEEKDAYS[(today + timedelta(days=opens.days)).weekday()]
    return _("closed now, opens on %(day)s at %(time)s") % (said | {"day": day})


def days_ago(day: date) -> str:
    """How long ago a day was."""
    days = (timezone.localdate() - day).days
    if days <= 0:
        return _("today")
    if days < 60:
        return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}
    months = round(days / 30.44)
    return ngettext("%(count)d month ago", "%(count)d months ago", months) % {"count": months}
