"""The one sentence that says what a picture shows. Written so that no language needs to bend a name or a number."""

from collections.abc import Sequence
from functools import reduce

from django.utils.translation import gettext as _

from kesher.www.charts.figures import Reading, Than, Unit

VERDICTS = {
    Than.HIGHER: lambda: _("%(place)s is clearly higher than %(other)s"),
    Than.LOWER: lambda: _("%(place)s is clearly lower than %(other)s"),
    Than.ABOUT: lambda: _("%(place)s is not clearly different from %(other)s"),
}


def told_as_one(title: str, parts: Sequence[str]) -> str:
    """The sentence of a picture."""
    told = reduce(lambda so_far, part: _("%(so_far)s; %(part)s") % {"so_far": so_far, "part": part}, parts)
    return _("%(title)s: %(parts)s.") % {"title": title, "parts": told}


def among(readings: Sequence[Reading], unit: Unit) -> str:
    """From the least to the greatest of several figures, and of how many there is none; empty for none at all."""
    known = sorted(reading.value for reading in readings if reading.value is not None)
    if not readings:
        return ""
    parts = []
    if len(known) > 1:
        parts.append(_("%(low)s to %(high)s") % {"low": unit.said(known[0]), "high": unit.said(known[-1])})
    elif known:
        parts.append(unit.said(known[0]))
    if len(known) < len(readings):
        parts.append(_("without a figure: %(count)s") % {"count": len(readings) - len(known)})
    return ", ".join(parts)
