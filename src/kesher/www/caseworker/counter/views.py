"""Start with a visitor: their language beside one's own, the questions of the front door; print what fits, keep it, refer."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.areas.models import Area
from kesher.base.transitions import Actor, Refused
from kesher.base.translated import in_language
from kesher.directory.facts import Who
from kesher.directory.models import Service
from kesher.engine.eligibility.values import Json
from kesher.people.files import READ_NOTHING
from kesher.people.finding import named
from kesher.people.models import Person, Told
from kesher.people.telling import tell
from kesher.referrals import sending
from kesher.referrals.loops import open_loop
from kesher.referrals.models import Loop
from kesher.referrals.vocabularies import Interpreter
from kesher.www.caseworker.counter.visit import Visit, end
from kesher.www.caseworker.people.access import FilesOnly, opened, people_of
from kesher.www.front.orientation import asking
from kesher.www.front.orientation.answers import MOST_QUESTIONS, MOST_WORDS
from kesher.www.front.orientation.carrying import DOORS, address_of, link_of, picture_of
from kesher.www.front.orientation.finding import Card, Found, answers_in_order, find_for
from kesher.www.front.orientation.reasons import why
from kesher.www.front.orientation.seen import is_as_shown, seal
from kesher.www.front.orientation.views import STEPS, known_areas
from kesher.www.front.orientation.wishes import meant
from kesher.www.front.themes import tiles
from kesher.www.languages import language_name
from kesher.www.referrals.access import typed
from kesher.www.rule_words.values import said
from kesher.www.templatetags.kesher import direction_of

#: Services that are read out to somebody: as many as one listens to.
MOST_SHOWN: Final = 6
MOST_FILES: Final = 20
#: Letters of a wish, as a loop keeps it.
LONGEST_WISH: Final = 300
#: In "who looked at my file".
COUNTER: Final = "counter"


def find(request: HttpRequest, visit: Visit) -> Found:
    area = known_areas().filter(pk=visit.answers.area).first() if visit.answers.area else None
    return find_for(visit.answers, request.user, area=area, papers=True)


def cards_of(found: Found) -> list[Card]:
    """The best of them, each once."""
    return list({card.pk: card for card in found.cards}.values())[:MOST_SHOWN]


class CounterView(FilesOnly, View):
    """One screen for two: the same page twice, each in its own language and direction. Either may press."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, Visit.of(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        visit = Visit.of(request)
        do = request.POST.get("do", "")
        if do == "end":
            response: HttpResponse = redirect("counter")
            end(response)
            return response
        place = ""
        if do == "language":
            chosen = request.POST.get("visitor", "")
            if chosen not in dict(settings.LANGUAGES):
                raise Http404
            visit = Visit(chosen, visit.answers)
        elif step := STEPS.get(do):
            try:
                answers, place = step(visit.answers.at(Who.PERSON), request)
            except asking.NotUnderstood as wrong:
                return self._draw(request, visit, wrong=str(wrong))
            visit = visit.saying(answers)
        response = redirect(reverse("counter") + place)
        visit.keep(response, request)
        return response

    def _draw(self, request: HttpRequest, visit: Visit, wrong: str = "") -> HttpResponse:
        context: dict[str, Any] = {
            "visit": visit,
            "tongues": [
                {"code": code, "own_name": name, "direction": direction_of(code), "chosen": code == visit.language}
                for code, name in settings.LANGUAGES
            ],
        }
        if visit.language:
            found = find(request, visit)
            reader = translation.get_language() or settings.LANGUAGE_CODE
            context |= {
                "columns": [
                    column(request, visit, found, code, wrong) for code in dict.fromkeys((reader, visit.language))
                ],
                "found": found,
                "print_address": self._in_their_language(visit),
                "new_address": f"{reverse('caseworker_person_new')}?visit=1&language={visit.language}",
            }
        return render(request, "caseworker/counter/counter.html", context, status=400 if wrong else 200)

    @staticmethod
    def _in_their_language(visit: Visit) -> str:
        with translation.override(visit.language):
            return reverse("counter_print")


def column(request: HttpRequest, visit: Visit, found: Found, code: str, wrong: str) -> SafeString:
    """Everything that is said, in one language; its forms are sent to the page one is on."""
    here = reverse("counter")
    answers = visit.answers
    with translation.override(code):
        question = asking.BY_KEY.get(request.POST.get("question", "")) if wrong else found.question
        number = min(answers.questions + 1, MOST_QUESTIONS)
        context = {
            # drawn without the request, whose frame would be read anew for each column
            "csrf_token": get_token(request),
            "language": code,
            "direction": direction_of(code),
            "spoken": language_name(code),
            "here": here,
            "words": answers.words,
            "most_words": MOST_WORDS,
            "themes": tiles(),
            "ask": question and asking.Asked(question, number, MOST_QUESTIONS, wrong),
            "told": [
                {
                    "key": asked.key,
                    "words": [said(fact, value) for fact, value in facts.items() if len(facts) == 1 or value],
                }
                for asked, facts in answers_in_order(answers)
                if asked.who is Who.PERSON
            ],
            "cards": [{"card": card, "why": why(card.result)} for card in cards_of(found)],
            "total": found.total,
        }
        return render_to_string("caseworker/counter/column.html", context)


class CounterPrintView(FilesOnly, View):
    """What fits, to take along: the page is opened in the visitor's language."""

    def get(self, request: HttpRequest) -> HttpResponse:
        visit = Visit.of(request)
        if not visit.language:
            return redirect("counter")
        found = find(request, visit)
        door = reverse(DOORS[Who.PERSON])
        address = request.build_absolute_uri(address_of(door, link_of(visit.answers, meant(visit.answers).codes)))
        context = {
            "cards": [{"card": card, "why": why(card.result)} for card in cards_of(found)],
            "address": address,
            "code": picture_of(address),
        }
        return render(request, "caseworker/counter/print.html", context)


def of_person(visit: Visit) -> dict[str, Json]:
    """The answers that are about a person, and not about a business."""
    return {
        fact: value
        for asked, facts in answers_in_order(visit.answers)
        for fact, value in facts.items()
        if asked.who is Who.PERSON
    }


def area_to_keep(person: Person, visit: Visit) -> Area | None:
    """Where they said they live, unless the file knows it."""
    if visit.answers.area is None or person.area_id is not None:
        return None
    return known_areas().filter(pk=visit.answers.area).first()


class SearchForm(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Name or telephone number"),
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


class CounterFileView(FilesOnly, View):
    """They have a file already: which one? Whom one looks for is sent, and never written into an address."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, SearchForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, SearchForm(request.POST))

    @staticmethod
    def _draw(request: HttpRequest, form: SearchForm) -> HttpResponse:
        if not Visit.of(request).language:
            return redirect("counter")
        found: list[Person] = []
        asked = form.is_valid()
        if asked:
            found = list(named(people_of(request).active(), form.cleaned_data["q"]).order_by("-id")[:MOST_FILES])
        context = {"form": form, "found": found, "asked": asked}
        return render(request, "caseworker/counter/file.html", context, status=400 if form.errors else 200)


class KeepView(FilesOnly, View):
    """What was said goes into a file the visitor has agreed to; and what they wish for is followed from now on."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, _by = opened(request, pk, purpose=COUNTER)
        visit = Visit.of(request)
        if not visit.language:
            return redirect("caseworker_person", pk=person.pk)
        return self._draw(request, person, visit)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=COUNTER)
        visit = Visit.of(request)
        if not visit.language:
            return redirect("caseworker_person", pk=person.pk)
        if not is_as_shown(request, visit.answers, person):
            return self._draw(
                request, person, visit, refused=_("Other answers are here now. Read them out again."), status=409
            )
        service = self._service(request.POST.get("service", ""))
        try:
            wish = typed(request, "wish", LONGEST_WISH)
            if service is not None and not wish:
                raise Refused(_("Say what they wish for or need."), "wish")
            with transaction.atomic():
                tell(person, of_person(visit), where=Told.Where.COUNTER, by=by)
                self._lives(person, visit)
                loop = open_loop(person, wish, by=by) if wish else None
                referral = self._refer(person, service, loop, by) if service and loop else None
        except Refused as refused:
            return self._draw(request, person, visit, refused=str(refused.message), status=400)
        messages.success(request, _("Kept in the file."))
        after = ("referral", referral.pk) if referral is not None else ("caseworker_person", person.pk)
        response = redirect(after[0], pk=after[1])
        end(response)
        return response

    @staticmethod
    def _service(key: str) -> Service | None:
        try:
            return Service.objects.published().filter(pk=UUID(key)).first()
        except ValueError:
            return None

    @staticmethod
    def _lives(person: Person, visit: Visit) -> None:
        if area := area_to_keep(person, visit):
            person.area = area
            person.save(update_fields=["area", "updated_at"])

    @staticmethod
    def _refer(person: Person, service: Service, loop: Loop, by: Actor) -> Any:
        """A draft with what is known already; it is read and sent by somebody, on its own page."""
        referral = sending.draft(person, service, loop, by=by)
        reader = translation.get_language() or settings.LANGUAGE_CODE
        interpreter = Interpreter.NONE if person.language == reader else Interpreter.PHONE
        sending.write(
            referral,
            by=by,
            why=loop.wish,  # as it was agreed to; what was first said may be more
            language=person.language,
            interpreter=interpreter,
            carries=["contact"],
            safe_contact=person.reach_when,
            seen=READ_NOTHING,
        )
        return referral

    def _draw(
        self, request: HttpRequest, person: Person, visit: Visit, *, refused: str = "", status: int = 200
    ) -> HttpResponse:
        """``status`` 409: what was typed and chosen was for somebody else, and is not shown again."""
        sent = QueryDict() if status == 409 else request.POST
        found = find(request, visit)
        reader = translation.get_language() or settings.LANGUAGE_CODE
        needs = [in_language(need.name, reader).text for need in found.needs if need.code and need.name]
        context = {
            "person": person,
            "refused": refused,
            "seen": seal(visit.answers, person),
            "lives": area_to_keep(person, visit),
            "wish": sent.get("wish", visit.wish or ", ".join(needs)),
            "told": [
                said(fact, value)
                for asked, facts in answers_in_order(visit.answers)
                for fact, value in facts.items()
                if asked.who is Who.PERSON and (len(facts) == 1 or value is not False)
            ],
            "cards": [card for card in cards_of(found) if card.organisation],
            "chosen": sent.get("service", ""),
        }
        return render(request, "caseworker/counter/keep.html", context, status=status)
