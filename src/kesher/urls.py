"""The map of the house: pages under their language, machines under ``/api``, the caretaker under ``/health``."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from kesher.www import sitemaps
from kesher.www.front import views as front
from kesher.www.health import live, ready
from kesher.www.metrics import metrics

#: allauth's pages, without the addresses of its older versions.
accounts = [
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("3rdparty/", include("allauth.socialaccount.urls")),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]

urlpatterns = [
    path("", front.choose_language, name="root"),
    path("health/live", live, name="health_live"),
    path("health/ready", ready, name="health_ready"),
    path("metrics", metrics, name="metrics"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.section, name="sitemap_section"),
    path("api/", include("kesher.api.urls")),
    *i18n_patterns(
        path("", include("kesher.www.urls")),
        path("", include("kesher.demo.urls")),
        path("accounts/", include(accounts)),
    ),
]

handler400 = "kesher.www.errors.bad_request"
handler403 = "kesher.www.errors.forbidden"
handler404 = "kesher.www.errors.not_found"
handler500 = "kesher.www.errors.server_error"
