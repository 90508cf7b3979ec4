"""Addresses of the pages about records that may be one."""

from django.urls import path

from kesher.www.officer.duplicates import DuplicateListView, DuplicateView

urlpatterns = [
    path("officer/duplicates/", DuplicateListView.as_view(), name="duplicates"),
    path("officer/duplicates/<uuid:pk>/", DuplicateView.as_view(), name="duplicate"),
]
