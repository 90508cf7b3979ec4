"""Addresses of a college's rooms."""

from django.urls import path

from kesher.www.college.views import CohortsView, CohortView, NewCohortView

urlpatterns = [
    path("college/", CohortsView.as_view(), name="college_cohorts"),
    path("college/cohorts/new/", NewCohortView.as_view(), name="college_cohort_new"),
    path("college/cohorts/<uuid:pk>/", CohortView.as_view(), name="college_cohort"),
]
