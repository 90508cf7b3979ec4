"""Pages for people, one include per kind of visitor."""

from django.urls import include, path

from kesher.www.front import about
from kesher.www.front import views as front
from kesher.www.front.call_backs import CallBackTakeBackView, CallBackThanksView, CallBackView
from kesher.www.front.design_charts import DesignChartsView
from kesher.www.front.guides import GuidesView, GuideView
from kesher.www.front.ideas import IdeasView
from kesher.www.front.own_words import FileView, OwnWordsView
from kesher.www.front.places import places
from kesher.www.front.record import privacy_record
from kesher.www.front.services.views import ServiceListView, ServiceView
from kesher.www.front.words import WordsView, suggest
from kesher.www.home import home
from kesher.www.idle import StillHereView
from kesher.www.kept_forms import KeptFormView
from kesher.www.log_ins import LogInsView
from kesher.www.officer.agreements import AgreementsView, EndAgreementView
from kesher.www.officer.moderation import DecideView, ModerationView
from kesher.www.officer.wording import WordingView
from kesher.www.provider.call_backs import ProviderCallBacksView, ProviderCallBackView, erase_call_back
from kesher.www.provider.registration import RegisterView, ask_again
from kesher.www.provider.services import pages as service_pages
from kesher.www.provider.services.lists import ProviderServicesView
from kesher.www.provider.services.writing import EditView, NewView, SectionsView, SectionView
from kesher.www.provider.still_right import StillRightView
from kesher.www.second_step import SecondStepView
from kesher.www.working_for import LeaveOrganisationView, WorkingForView

urlpatterns = [
    path("", front.FrontView.as_view(), name="front"),
    path("person/", front.PersonView.as_view(), name="person"),
    path("business/", front.BusinessView.as_view(), name="business"),
    path("find/", include("kesher.www.front.orientation.urls")),
    path("places.json", places, name="places"),
    path("words/", WordsView.as_view(), name="words"),
    path("words/suggest/", suggest, name="words_suggest"),
    path("words/account/", OwnWordsView.as_view(), name="own_words"),
    path("words/file/", FileView.as_view(), name="own_words_file"),
    path("services/", ServiceListView.as_view(), name="services"),
    path("services/<uuid:pk>/", ServiceView.as_view(), name="service"),
    path("services/<uuid:pk>/call-back/", CallBackView.as_view(), name="call_back"),
    path("call-back/<str:key>/", CallBackThanksView.as_view(), name="call_back_thanks"),
    path("call-back/<str:key>/take-back/", CallBackTakeBackView.as_view(), name="call_back_take_back"),
    path("about/", IdeasView.as_view(), name="about"),
    path("how-to/", GuidesView.as_view(), name="guides"),
    path("how-to/<slug:key>/", GuideView.as_view(), name="guide"),
    path("", include("kesher.www.insights.urls")),
    path("accessibility/", about.AccessibilityView.as_view(), name="accessibility"),
    path("privacy/", about.PrivacyView.as_view(), name="privacy"),
    path("privacy/record.jsonld", privacy_record, name="privacy_record"),
    path("status/", about.StatusView.as_view(), name="status"),
    path("software/", about.SoftwareView.as_view(), name="software"),
    path("outbox/", about.OutboxView.as_view(), name="outbox"),
    path("", include("kesher.www.officer.duplicate_urls")),
    path("", include("kesher.www.officer.import_urls")),
    path("", include("kesher.www.officer.rules.urls")),
    path("", include("kesher.www.caseworker.urls")),
    path("", include("kesher.www.referrals.urls")),
    path("", include("kesher.www.complaints.urls")),
    path("", include("kesher.www.caseworker.day.urls")),
    path("", include("kesher.www.college.urls")),
    path("", include("kesher.www.caseworker.mentoring.urls")),
    path("", include("kesher.www.mentor.urls")),
    path("", include("kesher.www.caseworker.training.urls")),
    path("", include("kesher.www.employer.urls")),
    path("", include("kesher.www.jobseeker.urls")),
    path("home/", home, name="home"),
    path("home/second-step/", SecondStepView.as_view(), name="second_step"),
    path("home/log-ins/", LogInsView.as_view(), name="log_ins"),
    path("home/kept/", KeptFormView.as_view(), name="kept_form"),
    path("home/still-here/", StillHereView.as_view(), name="still_here"),
    path("home/organisations/", WorkingForView.as_view(), name="working_for"),
    path("home/organisations/<uuid:pk>/leave/", LeaveOrganisationView.as_view(), name="leave_organisation"),
    path("provider/services/", ProviderServicesView.as_view(), name="provider_services"),
    path("provider/services/new/", NewView.as_view(), name="provider_service_new"),
    path("provider/services/<uuid:pk>/edit/", EditView.as_view(), name="provider_service_edit"),
    path("provider/services/<uuid:pk>/sections/", SectionsView.as_view(), name="provider_service_sections"),
    path(
        "provider/services/<uuid:pk>/sections/<slug:section>/", SectionView.as_view(), name="provider_service_section"
    ),
    path("provider/services/<uuid:pk>/preview/", service_pages.PreviewView.as_view(), name="provider_service_preview"),
    path("provider/services/<uuid:pk>/history/", service_pages.HistoryView.as_view(), name="provider_service_history"),
    path("provider/services/<uuid:pk>/reports/", service_pages.ReportsView.as_view(), name="provider_service_reports"),
    path("provider/services/<uuid:pk>/confirm/", service_pages.confirm_service, name="provider_service_confirm"),
    path("provider/services/<uuid:pk>/move/", service_pages.move_service, name="provider_service_move"),
    path("provider/reports/<uuid:pk>/settle/", service_pages.settle_report, name="provider_report_settle"),
    path("provider/call-backs/", ProviderCallBacksView.as_view(), name="provider_call_backs"),
    path("provider/call-backs/<uuid:pk>/", ProviderCallBackView.as_view(), name="provider_call_back"),
    path("provider/call-backs/<uuid:pk>/erase/", erase_call_back, name="provider_call_back_erase"),
    path("still-right/<str:token>/", StillRightView.as_view(), name="still_right"),
    path("provider/organisation/new/", RegisterView.as_view(), name="register_organisation"),
    path("provider/organisation/<uuid:pk>/ask-again/", ask_again, name="organisation_ask_again"),
    path("officer/moderation/", ModerationView.as_view(), name="moderation"),
    path("officer/moderation/<uuid:pk>/decide/", DecideView.as_view(), name="moderation_decide"),
    path("officer/consent-texts/", WordingView.as_view(), name="consent_texts"),
    path("officer/agreements/", AgreementsView.as_view(), name="agreements"),
    path("officer/agreements/<uuid:pk>/end/", EndAgreementView.as_view(), name="agreement_end"),
    path("design/", about.DesignView.as_view(), name="design"),
    path("design/charts/", DesignChartsView.as_view(), name="design_charts"),
    path("", include("kesher.www.admin.urls")),
]
