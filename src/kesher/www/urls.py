"""Pages for people, one include per kind of visitor."""

from django.urls import include, path

from kesher.www.admin import views as admin
from kesher.www.front import about
from kesher.www.front import views as front
from kesher.www.front.places import places
from kesher.www.front.services.views import ServiceListView, ServiceView

urlpatterns = [
    path("", front.FrontView.as_view(), name="front"),
    path("person/", front.PersonView.as_view(), name="person"),
    path("business/", front.BusinessView.as_view(), name="business"),
    path("places.json", places, name="places"),
    path("services/", ServiceListView.as_view(), name="services"),
    path("services/<uuid:pk>/", ServiceView.as_view(), name="service"),
    path("accessibility/", about.AccessibilityView.as_view(), name="accessibility"),
    path("privacy/", about.PrivacyView.as_view(), name="privacy"),
    path("status/", about.StatusView.as_view(), name="status"),
    path("software/", about.SoftwareView.as_view(), name="software"),
    path("outbox/", about.OutboxView.as_view(), name="outbox"),
    path("", include("kesher.www.officer.duplicate_urls")),
    path("design/", about.DesignView.as_view(), name="design"),
    path("first-week/", admin.FirstWeekView.as_view(), name="first_week"),
    path("first-week/services.csv", admin.services_template, name="services_template"),
]
