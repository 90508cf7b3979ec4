"""The pages of the interview: how far it is, one page for each section, and going on from one to the next."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from kesher.accounts.models import User
from kesher.base.transitions import Actor, Refused
from kesher.people import abilities, files, interviews, work
from kesher.people.models import Experience, Person
from kesher.people.models.interviews import InterviewSection
from kesher.people.models.skills import FIVE
from kesher.words.models import Kind, Proposal
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.day.talks import changed_meanwhile, written
from kesher.www.caseworker.interview import cards, closing, pace
from kesher.www.caseworker.interview.asking import Both, asked
from kesher.www.caseworker.interview.sections import ASKED, Asked, languages_of, lines_of
from kesher.www.caseworker.people import panels
from kesher.www.caseworker.people.access import FilesOnly, opened
from kesher.www.caseworker.people.part_pages import PARTS, show_wrong
from kesher.www.caseworker.words import candidates_of
from kesher.www.overwriting import differences, with_stamp

PURPOSE = "interview"
#: What was typed to get somewhere, and does not stand in the file beside it.
NOT_COMPARED = frozenset({"seen", "change", "why"})
Section, State = InterviewSection.Section, InterviewSection.State
TEMPLATES = {
    Section.LANGUAGES: "languages",
    Section.WORK: "work",
    Section.CARDS: "cards",
    Section.DIGITAL: "digital",
    Section.NEXT: "next",
}


def both_of(person: Person) -> Both:
    return Both(person.language, translation.get_language() or "en")


class InterviewView(FilesOnly, View):
    """How far it is: what has been spoken of, when and with whom; and where to go on."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, _by = opened(request, pk, purpose=PURPOSE)
        far = interviews.progress(person)
        writers = {noted.noted_by_id for _key, noted in far.sections if noted is not None and noted.noted_by_id}
        names = {one.pk: str(one) for one in User.objects.filter(pk__in=writers).order_by("id")}
        context = {
            "person": person,
            "both": both_of(person),
            "far": far,
            "all": len(far.sections),
            "minutes": ngettext("about %(n)d minute", "about %(n)d minutes", far.minutes_left)
            % {"n": far.minutes_left},
            "sections": [
                {
                    "key": key,
                    "label": Section(key).label,
                    "noted": noted,
                    "who": names.get(noted.noted_by_id, "") if noted is not None and noted.noted_by_id else "",
                    "is_next": key == far.next,
                }
                for key, noted in far.sections
            ],
        }
        return render(request, "caseworker/interview/overview.html", context)


class SectionView(FilesOnly, View):
    """One section. ``do``: "on" keeps and goes on, "add" keeps and asks for one more, "skip" keeps nothing and goes on."""

    def get(self, request: HttpRequest, pk: UUID, section: str) -> HttpResponse:
        person, by = opened(request, pk, purpose=PURPOSE)
        self._known(section)
        pace.opened(request, person, section)
        return self._draw(request, person, by, section)

    def post(self, request: HttpRequest, pk: UUID, section: str) -> HttpResponse:
        person, by = opened(request, pk, purpose=PURPOSE)
        self._known(section)
        do = request.POST.get("do", "on")
        if do == "skip":
            interviews.note(person, section, State.SKIPPED, by=by)
            pace.left(request, person, section)
            return self._on(person, section)
        try:
            return self._said(request, person, by, section, do)
        except Refused as refused:
            return self._draw(request, person, by, section, refused=str(refused.message), status=400)

    @staticmethod
    def _known(section: str) -> None:
        if section not in Section.values:
            raise Http404

    @staticmethod
    def _on(person: Person, section: str) -> HttpResponse:
        following = interviews.after(section)
        if following is None:
            return redirect("caseworker_interview", pk=person.pk)
        return redirect("caseworker_interview_section", pk=person.pk, section=following)

    def _said(self, request: HttpRequest, person: Person, by: Actor, section: str, do: str) -> HttpResponse:
        here = redirect("caseworker_interview_section", pk=person.pk, section=section)
        if do == "confirm-work":
            self._confirm_work(request, person, by)
            return here
        if do == "confirm-skills":
            closing.confirm_skills(request.POST, person, by)
            messages.success(request, _("Written down."))
            return here
        if section == Section.NEXT and do == "step":
            form = closing.step_form(person, by, request.POST)
            if not form.is_valid():
                return self._draw(request, person, by, section, form=form, status=400)
            closing.agree(person, form.cleaned_data, by=by)
            messages.success(request, _("The step is agreed."))
            return here
        if section == Section.NEXT and do == "talk":
            return self._talked(request, person, by, section) or here
        if section == Section.CARDS:
            kept = cards.keep(request.POST, person, by)
            if kept:
                messages.success(request, ngettext("%(n)d answer kept.", "%(n)d answers kept.", kept) % {"n": kept})
            if do == "look":
                return self._draw(request, person, by, section, looked_for=request.POST.get("work", ""))
        if section in ASKED and not self._kept(request, person, by, ASKED[section]):
            return self._again
        if do == "add":
            return here
        interviews.note(person, section, State.DONE, by=by)
        pace.finished(request, person, section)
        return self._on(person, section)

    def _talked(self, request: HttpRequest, person: Person, by: Actor, section: str) -> HttpResponse | None:
        """Write the closing talk down; the page that says what is wrong with it, where something is."""
        form = closing.talk_form(person, request.POST)
        try:
            if written(person, form, by) is None:
                return self._draw(request, person, by, section, form=form, status=400)
        except files.Changed as changed:
            again, theirs = changed_meanwhile(request, person, changed, form, short=True)
            return self._draw(request, person, by, section, form=again, theirs=theirs, status=409)
        messages.success(request, _("Written down."))
        return None

    def _kept(self, request: HttpRequest, person: Person, by: Actor, kind: Asked) -> bool:
        """Keep what the form says; False where something is wrong with it, and ``_again`` is the page that says what."""
        form: Any = kind.form(person, request.POST)
        if kind.says_nothing(form):
            return True
        if kind.lacks_main(form):
            form.add_error(kind.main, _("This is not said yet, and the rest belongs to it."))
        status, theirs = 400, None
        if form.is_valid():
            told = {name: value for name, value in form.cleaned_data.items() if name not in NOT_COMPARED}
            try:
                kind.keep(person, form, by)
            except files.Changed as changed:
                theirs, status = differences(changed.rows, told, form.fields), 409
                person.refresh_from_db()
                form = kind.form(person, with_stamp(request, kind.unfilled(person, request.POST)["seen"].value()))
                form.is_valid()
            except ValidationError as wrong:
                show_wrong(form, wrong)
            else:
                return True
        self._again = self._draw(request, person, by, kind.key, form=form, theirs=theirs, status=status)
        return False

    @staticmethod
    def _confirm_work(request: HttpRequest, person: Person, by: Actor) -> None:
        try:
            key = UUID(request.POST.get("experience", ""))
        except ValueError:
            raise Http404 from None
        row = Experience.objects.filter(person=person, pk=key).first()
        if row is None:
            raise Http404
        said, judged = "said" in request.POST, "judged" in request.POST
        no_more = {
            name: f"was-{name}" in request.POST and not ticked for name, ticked in (("said", said), ("judged", judged))
        }
        with transaction.atomic():
            if any(no_more.values()):
                abilities.take_back(row, by=by, **no_more)
            if said or judged or not any(no_more.values()):
                work.confirm(row, request.POST.get("choice", ""), by=by, said=said, judged=judged)
        messages.success(request, _("Written down."))

    def _draw(
        self,
        request: HttpRequest,
        person: Person,
        by: Actor,
        section: str,
        *,
        form: BaseForm | None = None,
        refused: str = "",
        looked_for: str = "",
        theirs: list[dict[str, Any]] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        both = both_of(person)
        far = interviews.progress(person)
        place = Section.values.index(section) + 1
        context: dict[str, Any] = {
            "person": person,
            "both": both,
            "section": section,
            "heading": both.of(Section(section).label),
            "place": place,
            "all": len(far.sections),
            "minutes": interviews.MINUTES[section],
            "refused": refused,
            "theirs": theirs,
            "skip": both.of(translation.gettext_lazy("Skip this")),
            "several": section in ASKED and ASKED[section].several,
        }
        if section in ASKED:
            kind = ASKED[section]
            if form is None:
                again = refused and not kind.several
                form = kind.form(person, request.POST) if again else kind.unfilled(person, request.GET)
            context |= {"form": form, "questions": asked(form, lambda: kind.form(person, None), both)}
            if kind.several:
                context["lines"] = [] if section in TEMPLATES else lines_of(kind.part, person)
                context["part"] = PARTS[kind.part]
        if section == Section.LANGUAGES:
            context |= {"spoken": languages_of(person), "five": FIVE}
        elif section == Section.WORK:
            context |= works(person, request, both)
        elif section == Section.CARDS:
            context |= cards.context(person, request, both, looked_for)
        elif section == Section.NEXT:
            context |= closing.context(person, signed_in(request), by, both, form)
        template = f"caseworker/interview/{TEMPLATES.get(Section(section), 'section')}.html"
        return render(request, template, context, status=status)


def works(person: Person, request: HttpRequest, both: Both) -> dict[str, Any]:
    """The work told so far: the words, what is proposed, and who has said what is right. The latest told first."""
    rows = list(person.experiences.order_by("-id"))
    keys = [row.proposal_id for row in rows if row.proposal_id]
    proposals = {one.pk: one for one in Proposal.objects.visible_to(signed_in(request)).filter(pk__in=keys)}
    found = []
    for row in rows:
        proposal = proposals.get(row.proposal_id) if row.proposal_id else None
        choices = {one.uri: one.likely for one in candidates_of(proposal)} if proposal is not None else {}
        if row.occupation:
            choices = {row.occupation: ""} | choices
        found.append(
            {
                "row": row,
                "chosen": row.occupation,
                "compared": proposal is not None,
                "choices": [
                    {"uri": uri, "likely": likely, "words": both.of(partial(cards.named, Kind.OCCUPATION, uri))}
                    for uri, likely in choices.items()
                ],
            }
        )
    return {"works": found, "kind_of": Experience.Kind}


def _panel(person: Person, user: User, by: Actor) -> dict[str, Any]:
    """How far the interview is, and how many skills wait for somebody to say that they are right."""
    rows = person.skills.proposed()
    sure = rows.filter(person_confirmed_at__isnull=False).count()
    return {"far": interviews.progress(person), "sure": sure, "unsure": rows.count() - sure}


panels.register(
    panels.Panel(
        "interview",
        15,
        gettext_lazy("Interview"),
        "caseworker/interview/panel.html",
        _panel,
        panels.Verb(gettext_lazy("To the interview"), "caseworker_interview"),
    )
)
