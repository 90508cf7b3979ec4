"""Addresses of mentors and mentoring."""

from django.urls import path

from kesher.www.caseworker.mentoring import panel
from kesher.www.caseworker.mentoring.matches import ConcernView, MatchView, PersonMentorView
from kesher.www.caseworker.mentoring.pool import MentorsView, MentorView, NamedView

panel.register()

urlpatterns = [
    path("caseworker/mentors/", MentorsView.as_view(), name="mentors"),
    path("caseworker/mentors/named/", NamedView.as_view(), name="mentors_safeguarding"),
    path("caseworker/mentors/<uuid:pk>/", MentorView.as_view(), name="mentor"),
    path("caseworker/people/<uuid:pk>/mentor/", PersonMentorView.as_view(), name="person_mentor"),
    path("caseworker/mentoring/<uuid:pk>/", MatchView.as_view(), name="match"),
    path("caseworker/concerns/<uuid:pk>/", ConcernView.as_view(), name="concern"),
]
