"""Addresses of the caseworker's pages of people."""

from django.urls import include, path

from kesher.www.caseworker.interview.pace import PaceView
from kesher.www.caseworker.people.bringing import BringView
from kesher.www.caseworker.people.consents import ConsentsView
from kesher.www.caseworker.people.erasing import ErasureView
from kesher.www.caseworker.people.helpers import HelpersView
from kesher.www.caseworker.people.lists import PeopleView
from kesher.www.caseworker.people.looked import LookedView
from kesher.www.caseworker.people.merging import MergeView, UndoMergeView
from kesher.www.caseworker.people.new import NewPersonView, ReceiptView
from kesher.www.caseworker.people.page import EditView, PersonView, WorriesView
from kesher.www.caseworker.people.page_asked import PageAskedView
from kesher.www.caseworker.people.papers import PapersView, PaperView
from kesher.www.caseworker.people.part_pages import PartView
from kesher.www.caseworker.people.profile import ProfileFileView, ProfileView
from kesher.www.caseworker.people.recognition import RecognitionView

urlpatterns = [
    path("", PeopleView.as_view(), name="caseworker_people"),
    path("interviews/", PaceView.as_view(), name="interview_pace"),
    path("new/", NewPersonView.as_view(), name="caseworker_person_new"),
    path("<uuid:pk>/", PersonView.as_view(), name="caseworker_person"),
    path("<uuid:pk>/correct/", EditView.as_view(), name="caseworker_person_edit"),
    path("<uuid:pk>/worries/", WorriesView.as_view(), name="caseworker_worries"),
    path("<uuid:pk>/parts/young/", PartView.as_view(), {"part": "young"}, name="caseworker_young"),
    path("<uuid:pk>/parts/<slug:part>/", PartView.as_view(), name="caseworker_part"),
    path("<uuid:pk>/interview/", include("kesher.www.caseworker.interview.urls")),
    path("<uuid:pk>/recognition/", RecognitionView.as_view(), name="caseworker_recognition"),
    path("<uuid:pk>/profile/", ProfileView.as_view(), name="caseworker_profile"),
    path("<uuid:pk>/profile/<str:file>", ProfileFileView.as_view(), name="caseworker_profile_file"),
    path("<uuid:pk>/papers/", PapersView.as_view(), name="caseworker_papers"),
    path("<uuid:pk>/papers/<uuid:paper>/", PaperView.as_view(), name="caseworker_paper"),
    path("<uuid:pk>/bring/", BringView.as_view(), name="caseworker_bring"),
    path("<uuid:pk>/consents/", ConsentsView.as_view(), name="caseworker_consents"),
    path("<uuid:pk>/helpers/", HelpersView.as_view(), name="caseworker_helpers"),
    path("<uuid:pk>/who-looked/", LookedView.as_view(), name="caseworker_looked"),
    path("<uuid:pk>/page/", PageAskedView.as_view(), name="caseworker_page_asked"),
    path("<uuid:pk>/erase/", ErasureView.as_view(), name="caseworker_erase"),
    path("<uuid:pk>/receipts/<uuid:consent>/", ReceiptView.as_view(), name="caseworker_receipt"),
    path("<uuid:pk>/merge/<uuid:other>/", MergeView.as_view(), name="caseworker_merge"),
    path("merges/<uuid:pk>/undo/", UndoMergeView.as_view(), name="caseworker_merge_undo"),
]
