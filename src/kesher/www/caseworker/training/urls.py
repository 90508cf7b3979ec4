"""Addresses of agreements on learning at work, and of workplaces."""

from django.urls import path

from kesher.www.caseworker.training import panel
from kesher.www.caseworker.training.agreements import (
    CertificateFileView,
    CertificateView,
    PersonTrainingView,
    TermsView,
    TrainingView,
)
from kesher.www.caseworker.training.hosts import HostsView

panel.register()

urlpatterns = [
    path("caseworker/people/<uuid:pk>/training/", PersonTrainingView.as_view(), name="person_training"),
    path("caseworker/training/<uuid:pk>/", TrainingView.as_view(), name="training"),
    path("caseworker/training/<uuid:pk>/terms/", TermsView.as_view(), name="training_terms"),
    path("caseworker/training/<uuid:pk>/certificate/", CertificateView.as_view(), name="training_certificate"),
    path(
        "caseworker/training/<uuid:pk>/certificate.pdf", CertificateFileView.as_view(), name="training_certificate_file"
    ),
    path("caseworker/workplaces/", HostsView.as_view(), name="hosts"),
]
