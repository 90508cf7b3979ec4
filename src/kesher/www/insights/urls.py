"""Figures: open to everybody."""

from django.urls import path

from kesher.www.insights.asking import AskView
from kesher.www.insights.changes import ChangesView
from kesher.www.insights.comparing import CompareView
from kesher.www.insights.judging import JudgeView
from kesher.www.insights.noting import NoteView, WithdrawNoteView
from kesher.www.insights.shortage import ShortageView
from kesher.www.insights.views import FigureView, NumbersView, PictureView, PlacesView, ProfileView

urlpatterns = [
    path("insights/", PlacesView.as_view(), name="insights"),
    path("insights/numbers/", NumbersView.as_view(), name="insights_numbers"),
    path("insights/ask/", AskView.as_view(), name="insights_ask"),
    path("insights/compare/", CompareView.as_view(), name="insights_compare"),
    path("insights/changes/", ChangesView.as_view(), name="insights_changes"),
    path("insights/shortage/", ShortageView.as_view(), name="insights_shortage"),
    path("insights/shortage/<uuid:pk>/", ShortageView.as_view(), name="insights_shortage_of"),
    path("insights/shortage/<uuid:pk>/judge/", JudgeView.as_view(), name="insights_judge"),
    path("insights/notes/<uuid:pk>/withdraw/", WithdrawNoteView.as_view(), name="insights_note_withdraw"),
    path("insights/<uuid:pk>/<slug:code>/note/", NoteView.as_view(), name="insights_note"),
    path("insights/<uuid:pk>/", ProfileView.as_view(), name="insights_place"),
    path("insights/<uuid:pk>/<slug:code>/", FigureView.as_view(), name="insights_figure"),
    path("insights/<uuid:pk>/<slug:code>/<slug:kind>.<slug:ending>", PictureView.as_view(), name="insights_picture"),
]
