"""What my file says where a service has conditions, and where each comes from; what I answered I can take out again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from kesher.people.telling import forget
from kesher.www.caseworker.access import signed_in
from kesher.www.jobseeker.access import OwnFile
from kesher.www.referrals.known import answers_and_others


class MyAnswersView(OwnFile, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        rows, others = answers_and_others(self.person, signed_in(request))
        return render(request, "jobseeker/answers.html", {"rows": rows, "others": others})

    def post(self, request: HttpRequest) -> HttpResponse:
        forget(self.person, request.POST.get("forget", "")[:40], by=self.by)
        messages.success(request, _("Taken out."))
        return redirect("my_answers")
