"""The rooms of those who work with people."""

from django.urls import include, path

from kesher.www.caseworker.accounts_of_work import AccountView
from kesher.www.caseworker.local_words import LocalWordsView
from kesher.www.caseworker.people.erasing import ErasedView
from kesher.www.caseworker.words import CodingQueueView, DecideView, NewWordsView

urlpatterns = [
    path("caseworker/counter/", include("kesher.www.caseworker.counter.urls")),
    path("caseworker/people/", include("kesher.www.caseworker.people.urls")),
    path("caseworker/erased/", ErasedView.as_view(), name="caseworker_erased"),
    path("caseworker/words/", CodingQueueView.as_view(), name="coding_queue"),
    path("caseworker/words/new/", NewWordsView.as_view(), name="coding_new"),
    path("caseworker/words/account/", AccountView.as_view(), name="coding_account"),
    path("caseworker/words/<uuid:pk>/", DecideView.as_view(), name="coding_decide"),
    path("caseworker/local-words/", LocalWordsView.as_view(http_method_names=["get", "head"]), name="local_words"),
    path(
        "caseworker/local-words/<uuid:pk>/",
        LocalWordsView.as_view(http_method_names=["post"]),
        name="local_word_decide",
    ),
]
