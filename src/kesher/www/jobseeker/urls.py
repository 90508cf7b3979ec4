"""Addresses of a person's own pages."""

from django.urls import path

from kesher.www.jobseeker.answers import MyAnswersView
from kesher.www.jobseeker.file import ClaimView, MyFileEditView, MyFileView, MyWorriesView
from kesher.www.jobseeker.helpers import AcceptHelpView, HelpedView, MyHelpersView
from kesher.www.jobseeker.mentor import MyMentorView
from kesher.www.jobseeker.referrals import MyAppointmentView, MyPlanView, MyReferralsView
from kesher.www.jobseeker.rights import EraseView, FileAsDataView, MyConsentsView, TakeAlongView, WhoLookedView
from kesher.www.jobseeker.skills import MyBringView, MyProfileFileView, MyProfileView, MySkillsView

urlpatterns = [
    path("me/", MyFileView.as_view(), name="my_file"),
    path("me/correct/", MyFileEditView.as_view(), name="my_file_edit"),
    path("me/worries/", MyWorriesView.as_view(), name="my_worries"),
    path("me/skills/", MySkillsView.as_view(), name="my_skills"),
    path("me/profile/", MyProfileView.as_view(), name="my_profile"),
    path("me/profile/<str:file>", MyProfileFileView.as_view(), name="my_profile_file"),
    path("me/bring/", MyBringView.as_view(), name="my_bring"),
    path("me/referrals/", MyReferralsView.as_view(), name="my_referrals"),
    path("me/answers/", MyAnswersView.as_view(), name="my_answers"),
    path("me/plan/", MyPlanView.as_view(), name="my_plan"),
    path("me/plan/<uuid:pk>/appointment.ics", MyAppointmentView.as_view(), name="my_appointment"),
    path("me/consents/", MyConsentsView.as_view(), name="my_consents"),
    path("me/who-looked/", WhoLookedView.as_view(), name="who_looked"),
    path("me/take-along/", TakeAlongView.as_view(), name="my_file_take"),
    path("me/take-along/file.json", FileAsDataView.as_view(), name="my_file_data"),
    path("me/erase/", EraseView.as_view(), name="my_file_erase"),
    path("me/helpers/", MyHelpersView.as_view(), name="my_helpers"),
    path("me/mentor/", MyMentorView.as_view(), name="my_mentor"),
    path("me/claim/<str:key>/", ClaimView.as_view(), name="claim_file"),
    path("helping/accept/<str:key>/", AcceptHelpView.as_view(), name="help_accept"),
    path("helping/<uuid:pk>/", HelpedView.as_view(), name="helped"),
]
