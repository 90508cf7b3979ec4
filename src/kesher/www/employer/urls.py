"""Addresses of a business's home, and of links for workplaces without an account."""

from django.urls import path

from kesher.www.employer.links import WorkplaceLinkRefreshView, WorkplaceLinkView
from kesher.www.employer.views import EmployerAgreementView, EmployerHomeView

urlpatterns = [
    path("employer/", EmployerHomeView.as_view(), name="employer_home"),
    path("employer/agreements/<uuid:pk>/", EmployerAgreementView.as_view(), name="employer_agreement"),
    path("workplace/<str:key>/", WorkplaceLinkView.as_view(), name="workplace_link"),
    path("workplace/<str:key>/new/", WorkplaceLinkRefreshView.as_view(), name="workplace_link_refresh"),
]
