"""What somebody answered here alone goes into their own file, if they have one and say so: offered, never done by itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from kesher.directory.facts import Who
from kesher.people.models import Told
from kesher.people.telling import tell
from kesher.www.front.orientation.answers import Answers, forget
from kesher.www.front.orientation.finding import answers_in_order
from kesher.www.front.orientation.seen import is_as_shown, seal
from kesher.www.front.orientation.views import known_areas
from kesher.www.jobseeker.access import OwnFile
from kesher.www.rule_words.values import said


class KeepAnswersView(OwnFile, View):
    """The answers of this browser, read out once more. Yes: they stand in the file; no: nothing happens."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, Answers.of(request).at(Who.PERSON))

    def _draw(self, request: HttpRequest, answers: Answers, *, status: int = 200) -> HttpResponse:
        """``status`` 409: the answers are not those that were agreed to."""
        if not answers.facts and not answers.area:
            return redirect("my_file")
        area = known_areas().filter(pk=answers.area).first() if answers.area else None
        told = [
            said(fact, value)
            for asked, facts in answers_in_order(answers)
            for fact, value in facts.items()
            if asked.who is Who.PERSON and (len(facts) == 1 or value is not False)
        ]
        context = {"told": told, "area": area, "seen": seal(answers, self.person), "others": status == 409}
        return render(request, "jobseeker/keep.html", context, status=status)

    def post(self, request: HttpRequest) -> HttpResponse:
        answers = Answers.of(request).at(Who.PERSON)
        response: HttpResponse = redirect("my_answers")
        if request.POST.get("do") != "keep":
            return redirect("my_file")
        if not is_as_shown(request, answers, self.person):
            return self._draw(request, answers, status=409)
        facts = {
            fact: value
            for asked, found in answers_in_order(answers)
            for fact, value in found.items()
            if asked.who is Who.PERSON
        }
        tell(self.person, facts, where=Told.Where.DOOR, by=self.by)
        area = known_areas().filter(pk=answers.area).first() if answers.area else None
        if area is not None and self.person.area_id is None:
            self.person.area = area
            self.person.save(update_fields=["area", "updated_at"])
        messages.success(request, _("Kept in your file."))
        forget(response)  # what stands in the file need not lie in a browser as well
        return response
