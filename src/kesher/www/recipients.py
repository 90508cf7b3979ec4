"""Who gets what is kept, for each group of the privacy page: article 13(1)(e) and 30(1)(d) of the GDPR, section 11 of Israel's
Protection of Privacy Law. A test holds it against the groups: a new one says who gets it.
"""

from collections.abc import Mapping
from typing import Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_OFFICE: Final = _("the office that runs this portal")
_ASKED: Final = _("the organisation you asked, and nobody else")
_TOWARDS_ONE: Final = _("the organisation that refers you, and the one you are referred to")
_AGREED: Final = _("organisations with which you agreed to share it, and whoever helps you")
_WORKED_FOR: Final = _("the organisation you work for, and the office that runs this portal")
_EVERYBODY: Final = _("everybody: it stands on a public page")

#: English heading of a group (:data:`kesher.www.declared.PURPOSES`) -> who gets what stands in it.
RECIPIENTS: Final[Mapping[str, str | Promise]] = {
    "If you tell us of a mistake": _OFFICE,
    "If you ask for a call": _ASKED,
    "If you complain": _("somebody of another organisation than the one you complain about"),
    "If an authority asks about you": _("the legal officer of the portal, and auditors"),
    "If you are sent to a service": _TOWARDS_ONE,
    "If you have an account": _WORKED_FOR,
    "If an organisation keeps a file about you": _AGREED,
    "If you tell a caseworker of your work": _("the organisation of the caseworker"),
    "If you have a mentor, or are one": _(
        "the organisation that brings you together, and the other as far as you agreed"
    ),
    "If you learn at a workplace": _("the organisation that sends you, and the workplace as far as you agreed"),
    "If you interpret": _("the organisation that keeps the list, and others if you agreed"),
    "If your name stands on a service": _EVERYBODY,
    "If you work on the directory": _WORKED_FOR,
    "If you work with people who look for work": _WORKED_FOR,
    "If you speak about figures of the town": _(
        "those at the table; what is written beside a figure is public, with the name of the organisation"
    ),
    "In a demo": _("everybody who looks at the demo"),
}


def recipients_of(heading: str | Promise) -> str | Promise:
    """Who gets what stands under this heading. Raises KeyError for a group of which nobody has said it."""
    with translation.override("en"):
        english = str(heading)
    return RECIPIENTS[english]
