"""Addresses of sending people on, and of answering."""

from django.urls import path

from kesher.www.referrals import known, panel
from kesher.www.referrals.bundles import BundleInView, BundleOutView
from kesher.www.referrals.figures import FiguresView
from kesher.www.referrals.links import LinkView, RefreshView
from kesher.www.referrals.lists import InboxView, SentView
from kesher.www.referrals.receiving import AnswerPlaceView, ReceivedView
from kesher.www.referrals.sending import ReferralView, ReferView
from kesher.www.referrals.sheet import SheetView

panel.register()
known.register()

urlpatterns = [
    path("referrals/", SentView.as_view(), name="referrals_sent"),
    path("referrals/figures/", FiguresView.as_view(), name="referral_figures"),
    path("referrals/bundle/", BundleInView.as_view(), name="referral_bundle_in"),
    path("referrals/<uuid:pk>/bundle.json", BundleOutView.as_view(), name="referral_bundle"),
    path("referrals/<uuid:pk>/", ReferralView.as_view(), name="referral"),
    path("referrals/<uuid:pk>/sheet/", SheetView.as_view(), name="referral_sheet"),
    path("referrals/new/<uuid:pk>/", ReferView.as_view(), name="referral_new"),
    path("caseworker/people/<uuid:pk>/answers/", known.AnswersView.as_view(), name="caseworker_answers"),
    path("provider/referrals/", InboxView.as_view(), name="provider_referrals"),
    path("provider/referrals/<uuid:pk>/", ReceivedView.as_view(), name="provider_referral"),
    path("provider/referrals/places/<uuid:pk>/", AnswerPlaceView.as_view(), name="provider_place_answer"),
    path("answer/<str:key>/", LinkView.as_view(), name="answer"),
    path("answer/<str:key>/new/", RefreshView.as_view(), name="answer_refresh"),
]
