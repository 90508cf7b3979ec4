"""Pages of the demo; a real portal has none of them (each answers 404 there)."""

from django.urls import path

from kesher.demo import views

urlpatterns = [
    path("demo/", views.VisitorsView.as_view(), name="demo_visitors"),
    path("demo/log-in/<slug:key>/", views.LogInView.as_view(), name="demo_log_in"),
    path("demo/reset/", views.ResetView.as_view(), name="demo_reset"),
]
