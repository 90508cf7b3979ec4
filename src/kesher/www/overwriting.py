"""Of two who change the same at once the second reads what the first wrote, and loses nothing.

    class AimForm(Typed, Seen): …               its ``seen`` says what stood there as the form was opened
    except files.Changed as changed:            another has written meanwhile: the form once more, with what was typed in it
        again = AimForm(with_stamp(request, stamp_of(changed.rows[0])))
        theirs = differences(changed.rows, form.told, form.fields)

``people/theirs.html`` shows ``theirs`` above the form; the answer is a 409.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _


class Seen(forms.Form):
    """``seen``: the stamp of what stood there as the form was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    @property
    def told(self) -> dict[str, Any]:
        """What was typed."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}


def with_stamp(request: HttpRequest, stamp: str, name: str = "seen") -> Any:
    """What was sent, as an answer to what stands there now."""
    data = request.POST.copy()
    data[name] = stamp
    return data


def differences(rows: Sequence[Any], told: Mapping[str, Any], fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where what stands in the file now (``rows``, each with some of the fields) is not what was typed: label and what
    stands there."""
    found = []
    for name, value in told.items():
        now = next(row for row in rows if hasattr(row, name))
        there = getattr(now, name)
        if there != value:
            shown = getattr(now, f"get_{name}_display", lambda there=there: there)()
            if isinstance(shown, bool):
                shown = _("yes") if shown else _("no")
            elif isinstance(shown, list):
                labels = dict(fields[name].choices)
                shown = ", ".join(str(labels.get(one, one)) for one in shown)
            elif isinstance(shown, date):
                shown = date_format(shown, "DATE_FORMAT")
            elif isinstance(shown, time):
                shown = time_format(shown, "TIME_FORMAT")
            found.append({"label": fields[name].label, "value": shown})
    return found
