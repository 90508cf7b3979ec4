"""Addresses of complaints."""

from django.urls import path

from kesher.www.complaints.desk import AnswerView, DeskView, FiguresView
from kesher.www.complaints.public import ComplaintView, ComplainView, MineView

urlpatterns = [
    path("complain/", ComplainView.as_view(), name="complain"),
    path("complaint/", MineView.as_view(), name="my_complaints"),
    path("complaint/<str:key>/", ComplaintView.as_view(), name="complaint"),
    path("office/complaints/", DeskView.as_view(), name="complaints"),
    path("office/complaints/figures/", FiguresView.as_view(), name="complaint_figures"),
    path("office/complaints/<uuid:pk>/", AnswerView.as_view(), name="complaint_answer"),
]
