"""Addresses of the first week, and of bringing people in."""

from django.urls import path

from kesher.www.admin import colleagues, views
from kesher.www.admin.audit import AuditView
from kesher.www.admin.data_protection import BreachView, DataProtectionView
from kesher.www.admin.invitation import InvitationView
from kesher.www.admin.legal import DemandView, LegalView
from kesher.www.admin.partners import PartnersView
from kesher.www.admin.portal import PortalView
from kesher.www.admin.sensitive import SensitiveView

urlpatterns = [
    path("first-week/", views.FirstWeekView.as_view(), name="first_week"),
    path("first-week/services.csv", views.services_template, name="services_template"),
    path("office/portal/", PortalView.as_view(), name="portal"),
    path("office/legal/", LegalView.as_view(), name="legal"),
    path("office/legal/<uuid:pk>/", DemandView.as_view(), name="legal_demand"),
    path("office/data-protection/", DataProtectionView.as_view(), name="data_protection"),
    path("office/data-protection/<uuid:pk>/", BreachView.as_view(), name="breach"),
    path("office/log/", AuditView.as_view(), name="audit"),
    path("office/partners/", PartnersView.as_view(), name="partners"),
    path("office/sensitive/", SensitiveView.as_view(), name="sensitive_organisations"),
    path("office/colleagues/", colleagues.own_colleagues, name="colleagues"),
    path("office/colleagues/<uuid:pk>/", colleagues.ColleaguesView.as_view(), name="colleagues_of"),
    path("office/invitations/<uuid:pk>/withdraw/", colleagues.withdraw, name="invitation_withdraw"),
    path("office/memberships/<uuid:pk>/end/", colleagues.end, name="membership_end"),
    path("invitation/<str:token>/", InvitationView.as_view(), name="invitation"),
]
