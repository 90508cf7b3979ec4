"""The tables of the caseworker's day."""

from kesher.casework.models.appointments import Appointment, Gender, Interpreter, Interpreting, WhyCancelled
from kesher.casework.models.notes import Note
from kesher.casework.models.plans import Caseworker, Plan, Step, StepKind, WhyDropped, looked_after
from kesher.casework.models.reviews import Review

__all__ = [
    "Appointment",
    "Caseworker",
    "Gender",
    "Interpreter",
    "Interpreting",
    "Note",
    "Plan",
    "Review",
    "Step",
    "StepKind",
    "WhyCancelled",
    "WhyDropped",
    "looked_after",
]
