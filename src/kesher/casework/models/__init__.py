"""The tables of the caseworker's day."""

from kesher.casework.models.appointments import Appointment, Gender, Interpreter, Interpreting, WhyCancelled
from kesher.casework.models.bookings import Booking
from kesher.casework.models.concerns import Concern
from kesher.casework.models.conferences import Attendance, Conference
from kesher.casework.models.hosts import HostPermit, HostRecord
from kesher.casework.models.matches import (
    CheckIn,
    Match,
    MentoringGoal,
    MentoringMeeting,
    Shown,
    WhyEnded,
)
from kesher.casework.models.mentors import Mentor, Safeguarding, Vetting, WhyNotMentor
from kesher.casework.models.notes import Note
from kesher.casework.models.plans import Caseworker, Plan, Step, StepKind, WhyDropped, looked_after
from kesher.casework.models.reviews import Review
from kesher.casework.models.talks import EXPERIENCES, Strength, Talk
from kesher.casework.models.training import (
    TrainingAgreement,
    TrainingCertificate,
    TrainingGoal,
    WeeklyCheck,
    WhyTrainingEnded,
)

__all__ = [
    "EXPERIENCES",
    "Appointment",
    "Attendance",
    "Booking",
    "Caseworker",
    "CheckIn",
    "Concern",
    "Conference",
    "Gender",
    "HostPermit",
    "HostRecord",
    "Interpreter",
    "Interpreting",
    "Match",
    "Mentor",
    "MentoringGoal",
    "MentoringMeeting",
    "Note",
    "Plan",
    "Review",
    "Safeguarding",
    "Shown",
    "Step",
    "StepKind",
    "Strength",
    "Talk",
    "TrainingAgreement",
    "TrainingCertificate",
    "TrainingGoal",
    "Vetting",
    "WeeklyCheck",
    "WhyCancelled",
    "WhyDropped",
    "WhyEnded",
    "WhyNotMentor",
    "WhyTrainingEnded",
    "looked_after",
]
