"""Addresses of the counter. The cookie of a visit is sent to these alone."""

from django.urls import path

from kesher.www.caseworker.counter import views

urlpatterns = [
    path("", views.CounterView.as_view(), name="counter"),
    path("print/", views.CounterPrintView.as_view(http_method_names=["get", "head"]), name="counter_print"),
    path("file/", views.CounterFileView.as_view(), name="counter_file"),
    path("keep/<uuid:pk>/", views.KeepView.as_view(), name="counter_keep"),
]
