"""Addresses of the find pages. The cookie with a visitor's answers is sent to these alone."""

from django.urls import path

from kesher.directory.facts import Who
from kesher.www.front.orientation import carrying, keeping, views
from kesher.www.front.services.views import ServiceForVisitorView

urlpatterns = [
    path("person/", views.FindView.as_view(door=Who.PERSON), name="find_person"),
    path("business/", views.FindView.as_view(door=Who.BUSINESS), name="find_business"),
    path("send/", carrying.SendView.as_view(), name="find_send"),
    path("compare/", carrying.CompareView.as_view(), name="find_compare"),
    path("services/<uuid:pk>/", ServiceForVisitorView.as_view(), name="find_service"),
    path("keep/", keeping.KeepAnswersView.as_view(), name="find_keep"),
    path("leave/", views.leave, name="leave"),
]
