"""What the caseworker's day adds to a person's page: the next steps, the appointments to come, the latest notes."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import User
from kesher.base.transitions import Actor
from kesher.casework.models import Appointment, Note, Step
from kesher.people.models import Person
from kesher.www.caseworker.day.plan import as_rows
from kesher.www.caseworker.people import panels

SHOWN = 3


def steps(person: Person, user: User, by: Actor) -> dict[str, Any]:
    mine = Step.objects.visible_to(user).filter(person=person).open().select_related("organisation")
    return {"steps": as_rows(person, list(mine.order_by("due_on", "id")[:SHOWN]))}


def meetings(person: Person, user: User, by: Actor) -> dict[str, Any]:
    booked = Appointment.objects.visible_to(user).booked().filter(person=person, starts_at__gt=timezone.now())
    return {"coming": list(booked.order_by("starts_at", "id")[:SHOWN])}


def notes(person: Person, user: User, by: Actor) -> dict[str, Any]:
    return {"notes": list(Note.objects.visible_to(user).filter(person=person).order_by("-id")[:SHOWN])}


def register() -> None:
    """Put them on the page, the next step before everything else."""
    verb, panel = panels.Verb, panels.Panel
    folder = "caseworker/day"
    panels.register(
        panel("steps", 5, _("Next steps"), f"{folder}/panel_steps.html", steps, verb(_("The plan"), "person_plan"))
    )
    panels.register(
        panel(
            "appointments",
            20,
            _("Appointments"),
            f"{folder}/panel_appointments.html",
            meetings,
            verb(_("Book an appointment"), "person_appointments"),
        )
    )
    panels.register(
        panel("notes", 60, _("Notes"), f"{folder}/panel_notes.html", notes, verb(_("Write a note"), "person_notes"))
    )
