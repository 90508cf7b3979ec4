"""What the caseworker's day adds to a person's page: the next steps, the appointments to come, the latest notes."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import User
from kesher.base.transitions import Actor
from kesher.casework.models import Appointment, Note, Step
from kesher.people.models import Person
from kesher.www.caseworker.day.plan import as_rows
from kesher.www.caseworker.day.talks import goal_of, talks_of
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


def talks(person: Person, user: User, by: Actor) -> dict[str, Any]:
    held = talks_of(user, person)
    return {"goal": goal_of(person), "last": held[0] if held else None}


def register() -> None:
    """Put them on the page, the next step before everything else."""
    verb, panel = panels.Verb, panels.Panel
    folder = "caseworker/day"
    panels.register(
        panel("steps", 5, _("Next steps"), f"{folder}/panel_steps.html", steps, verb(_("The plan"), "person_plan"))
    )
    panels.register(
        panel(
            "talks", 8, _("The goal, and talks about it"), f"{folder}/panel_talks.html", talks,
            verb(_("To the talks"), "person_talks"),
        )
    )  # fmt: skip
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
