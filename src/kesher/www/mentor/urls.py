"""Addresses of the mentor's room."""

from django.urls import path

from kesher.www.mentor.views import MentorHomeView, MentorMatchView, OfferView

urlpatterns = [
    path("mentor/", MentorHomeView.as_view(), name="mentor_home"),
    path("mentor/offer/", OfferView.as_view(), name="mentor_offer"),
    path("mentor/<uuid:pk>/", MentorMatchView.as_view(), name="mentor_match"),
]
