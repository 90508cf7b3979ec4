"""Addresses of a person's own pages."""

from django.urls import path

from kesher.www.jobseeker.answers import MyAnswersView
from kesher.www.jobseeker.file import ClaimView, MyFileEditView, MyFileView, MyWorriesView
from kesher.www.jobseeker.goal import MyGoalView
from kesher.www.jobseeker.helpers import AcceptHelpView, HelpedContactView, HelpedView, HelpingView, MyHelpersView
from kesher.www.jobseeker.meeting import MeetingLinkCalendarView, MeetingLinkView
from kesher.www.jobseeker.mentor import MyMentorView
from kesher.www.jobseeker.papers import MyArchiveView, MyPapersView, MyPaperView
from kesher.www.jobseeker.referrals import MyAppointmentView, MyPlanView, MyReferralsView
from kesher.www.jobseeker.rights import EraseView, MyConsentsView, WhoLookedView
from kesher.www.jobseeker.skills import MyBringView, MyProfileFileView, MyProfileView, MySkillsView
from kesher.www.jobseeker.taking import FileAsDataView, FileOnPaperView, TakeAlongView
from kesher.www.jobseeker.training import MyCertificateFileView, MyCertificateView, MyTrainingView

urlpatterns = [
    path("me/", MyFileView.as_view(), name="my_file"),
    path("me/correct/", MyFileEditView.as_view(), name="my_file_edit"),
    path("me/worries/", MyWorriesView.as_view(), name="my_worries"),
    path("me/goal/", MyGoalView.as_view(), name="my_goal"),
    path("me/skills/", MySkillsView.as_view(), name="my_skills"),
    path("me/profile/", MyProfileView.as_view(), name="my_profile"),
    path("me/profile/<str:file>", MyProfileFileView.as_view(), name="my_profile_file"),
    path("me/papers/", MyPapersView.as_view(), name="my_papers"),
    path("me/papers/<uuid:paper>/", MyPaperView.as_view(), name="my_paper"),
    path("me/bring/", MyBringView.as_view(), name="my_bring"),
    path("me/referrals/", MyReferralsView.as_view(), name="my_referrals"),
    path("me/answers/", MyAnswersView.as_view(), name="my_answers"),
    path("me/plan/", MyPlanView.as_view(), name="my_plan"),
    path("me/plan/<uuid:pk>/appointment.ics", MyAppointmentView.as_view(), name="my_appointment"),
    path("me/consents/", MyConsentsView.as_view(), name="my_consents"),
    path("me/who-looked/", WhoLookedView.as_view(), name="who_looked"),
    path("me/take-along/", TakeAlongView.as_view(), name="my_file_take"),
    path("me/take-along/file.json", FileAsDataView.as_view(), name="my_file_data"),
    path("me/take-along/file.pdf", FileOnPaperView.as_view(), name="my_file_paper"),
    path("me/take-along/file.zip", MyArchiveView.as_view(), name="my_file_archive"),
    path("me/erase/", EraseView.as_view(), name="my_file_erase"),
    path("me/helpers/", MyHelpersView.as_view(), name="my_helpers"),
    path("me/mentor/", MyMentorView.as_view(), name="my_mentor"),
    path("me/training/", MyTrainingView.as_view(), name="my_training"),
    path("me/training/<uuid:pk>/certificate/", MyCertificateView.as_view(), name="my_training_certificate"),
    path("me/training/<uuid:pk>/certificate.pdf", MyCertificateFileView.as_view(), name="my_training_certificate_file"),
    path("me/claim/<str:key>/", ClaimView.as_view(), name="claim_file"),
    path("meet/<str:key>/", MeetingLinkView.as_view(), name="meeting_link"),
    path("meet/<str:key>/appointment.ics", MeetingLinkCalendarView.as_view(), name="meeting_link_calendar"),
    path("helping/accept/<str:key>/", AcceptHelpView.as_view(), name="help_accept"),
    path("helping/", HelpingView.as_view(), name="helping"),
    path("helping/<uuid:pk>/", HelpedView.as_view(), name="helped"),
    path("helping/<uuid:pk>/contact/", HelpedContactView.as_view(), name="helped_contact"),
]
