"""What learning at work adds to a person's page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import User
from kesher.base.transitions import Actor
from kesher.casework.models import TrainingAgreement
from kesher.people.models import Person, Youth
from kesher.www.caseworker.people import panels


def training(person: Person, user: User, by: Actor) -> dict[str, Any]:
    mine = TrainingAgreement.objects.visible_to(user).filter(person=person).open().select_related("host")
    agreements = list(mine.order_by("id"))
    youth = Youth.objects.visible_to(user).filter(person=person).first() if not agreements else None
    return {"agreements": agreements, "ready": youth.get_ready_display() if youth is not None else ""}


def register() -> None:
    verb = panels.Verb(_("Agree on a work placement"), "person_training")
    panels.register(
        panels.Panel("training", 57, _("Learning at work"), "caseworker/training/panel.html", training, verb)
    )
