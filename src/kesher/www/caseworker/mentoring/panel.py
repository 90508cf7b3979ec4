"""What mentoring adds to a person's page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import User
from kesher.base.transitions import Actor
from kesher.casework.models import Match
from kesher.people.models import Person, Youth
from kesher.www.caseworker.people import panels


def mentoring(person: Person, user: User, by: Actor) -> dict[str, Any]:
    mine = Match.objects.visible_to(user).filter(person=person).open()
    matches = list(mine.order_by("id"))
    wants = not matches and Youth.objects.visible_to(user).filter(person=person, wants_mentor=True).exists()
    return {"matches": matches, "wants": wants}


def register() -> None:
    verb = panels.Verb(_("Find a mentor"), "person_mentor")
    panels.register(panels.Panel("mentor", 55, _("Mentor"), "caseworker/mentoring/panel.html", mentoring, verb))
