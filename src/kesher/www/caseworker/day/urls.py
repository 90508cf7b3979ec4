"""Addresses of the caseworker's day."""

from django.urls import path

from kesher.www.caseworker.day import (
    panels,
    texts,  # noqa: F401  text messages of appointments
)
from kesher.www.caseworker.day.appointments import (
    CalendarView,
    InterpretersView,
    InterpreterView,
    MeetingsView,
    MeetingView,
)
from kesher.www.caseworker.day.bookings import BookingsView, BookingView
from kesher.www.caseworker.day.conferences import ConferenceView
from kesher.www.caseworker.day.notes import NotesView, TeamView
from kesher.www.caseworker.day.on_paper import PrintView
from kesher.www.caseworker.day.plan import NewStepView, PlanView, StepView
from kesher.www.caseworker.day.steps import StepsView
from kesher.www.caseworker.day.talks import TalksView
from kesher.www.caseworker.day.today import HowSortedView, TodayView

panels.register()

urlpatterns = [
    path("caseworker/today/", TodayView.as_view(), name="caseworker_today"),
    path("caseworker/today/how/", HowSortedView.as_view(), name="caseworker_today_how"),
    path("caseworker/people/<uuid:pk>/plan/", PlanView.as_view(), name="person_plan"),
    path("caseworker/people/<uuid:pk>/plan/new/", NewStepView.as_view(), name="person_step_new"),
    path("caseworker/people/<uuid:pk>/plan/print/", PrintView.as_view(), name="person_plan_print"),
    path("caseworker/people/<uuid:pk>/talks/", TalksView.as_view(), name="person_talks"),
    path("caseworker/people/<uuid:pk>/notes/", NotesView.as_view(), name="person_notes"),
    path("caseworker/people/<uuid:pk>/team/", TeamView.as_view(), name="person_team"),
    path("caseworker/people/<uuid:pk>/team/conference/", ConferenceView.as_view(), name="person_conference"),
    path("caseworker/people/<uuid:pk>/appointments/", MeetingsView.as_view(), name="person_appointments"),
    path("caseworker/steps/", StepsView.as_view(), name="caseworker_steps"),
    path("caseworker/steps/<uuid:pk>/", StepView.as_view(), name="step"),
    path("caseworker/appointments/<uuid:pk>/", MeetingView.as_view(), name="appointment"),
    path("caseworker/appointments/<uuid:pk>/appointment.ics", CalendarView.as_view(), name="appointment_calendar"),
    path("caseworker/bookings/", BookingsView.as_view(), name="bookings"),
    path("caseworker/bookings/<uuid:pk>/", BookingView.as_view(), name="booking"),
    path("caseworker/interpreters/", InterpretersView.as_view(), name="interpreters"),
    path("caseworker/interpreters/<uuid:pk>/", InterpreterView.as_view(), name="interpreter"),
]
