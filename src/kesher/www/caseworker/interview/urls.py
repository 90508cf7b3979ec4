"""Addresses of the interview."""

from django.urls import path

from kesher.www.caseworker.interview.views import InterviewView, SectionView

urlpatterns = [
    path("", InterviewView.as_view(), name="caseworker_interview"),
    path("<slug:section>/", SectionView.as_view(), name="caseworker_interview_section"),
]
