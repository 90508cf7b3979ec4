"""Addresses of the pages about eligibility rules."""

from django.urls import path

from kesher.www.officer.rules import deciding, lists, pages, sending, standing, writing

urlpatterns = [
    path("officer/rules/", lists.RuleListView.as_view(), name="rules"),
    path("officer/rules/new/", writing.NewView.as_view(), name="rule_new"),
    path("officer/rules/table/", sending.SendTableView.as_view(), name="rule_table"),
    path("officer/rules/<uuid:pk>/", pages.RuleView.as_view(), name="rule"),
    path("officer/rules/<uuid:pk>/begin/", writing.BeginView.as_view(), name="rule_begin"),
    path("officer/rules/<uuid:pk>/edit/", writing.EditView.as_view(), name="rule_edit"),
    path("officer/rules/<uuid:pk>/discard/", writing.DiscardView.as_view(), name="rule_discard"),
    path("officer/rules/<uuid:pk>/services/", standing.StandingView.as_view(), name="rule_services"),
    path("officer/rules/<uuid:pk>/versions/<int:number>/", deciding.DecideView.as_view(), name="rule_version"),
]
