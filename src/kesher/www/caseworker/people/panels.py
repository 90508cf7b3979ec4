"""What stands on a person's page. A room above adds its panel: referrals and casework are floors above people.

    panels.register(Panel("steps", order=20, title=_("Next steps"), template="casework/steps.html", context=steps_of,
                          verb=Verb(_("Agree a step"), "casework_step_new")))

``context`` is given the person, the one who reads and as whom they act; None from it leaves the panel out. It is drawn with
``person``, ``by`` and what it returned. Registered when the app is ready; of two with one key the later one counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from kesher.accounts.models import User
from kesher.base.transitions import Actor
from kesher.people.models import Person

Context = Callable[[Person, User, Actor], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Verb:
    """What one can do about a panel: words, and the name of an address that takes the person's key, and ``more``."""

    label: str | Promise
    url_name: str
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the page. Those below 50 stand in the first column, the next step first."""

    key: str
    order: int
    title: str | Promise
    template: str
    context: Context
    verb: Verb | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    key: str
    heading: str | Promise
    body: SafeString
    verb: str | Promise = ""
    url: str = ""


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    _panels[panel.key] = panel


def unregister(key: str) -> None:
    _panels.pop(key, None)


def drawn(person: Person, user: User, by: Actor) -> list[Drawn]:
    """All panels that have something to say about this person, in order."""
    found = []
    for panel in sorted(_panels.values(), key=lambda one: (one.order, one.key)):
        context = panel.context(person, user, by)
        if context is None:
            continue
        body = render_to_string(panel.template, {"person": person, "by": by, **context})
        verb, url = "", ""
        if panel.verb is not None:
            verb, url = str(panel.verb.label), reverse(panel.verb.url_name, kwargs={"pk": person.pk, **panel.verb.more})
        found.append(Drawn(panel.key, panel.title, body, verb, url))
    return found
