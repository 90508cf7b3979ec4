"""The sections of the interview: what each asks, and where what is said goes. Nothing is kept here: parts of the file keep it.

A section gives its form, keeps it, and says what stands in the file already. :mod:`.views` does the rest: both languages,
skipping, going on.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.db import transaction

from kesher.base.transitions import Actor
from kesher.people import aspirations, files, parts, work, worries
from kesher.people.models import Aspiration, LanguageSkill, Person, Wish
from kesher.people.models.interviews import InterviewSection
from kesher.www.caseworker.interview.forms import (
    ExpectationsAsked,
    LanguagesAsked,
    PersonalAsked,
    SchoolingAsked,
    WorkAsked,
    WorriesAsked,
)
from kesher.www.caseworker.people.part_pages import PARTS

Key = InterviewSection.Section
Line = Callable[[], list[Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One section with one form. ``several``: one adds one thing after the other; ``main``: the field without which nothing is
    said; ``part``: the part of the file that it fills, by its key."""

    key: str
    form: Callable[[Person, Any], forms.BaseForm]
    keep: Callable[[Person, Any, Actor], None]
    several: bool = False
    main: str = ""
    part: str = ""

    def says_nothing(self, form: forms.BaseForm) -> bool:
        """Whether one of several was left empty: one goes on without it."""
        return self._without_main(form) and not _said(form)

    def lacks_main(self, form: forms.BaseForm) -> bool:
        """Whether something was said of one of several, but not what it is: it is asked for, and nothing is dropped."""
        return self._without_main(form) and _said(form)

    def _without_main(self, form: forms.BaseForm) -> bool:
        return self.several and not str(form.data.get(self.main, "")).strip()


def _said(form: forms.BaseForm) -> bool:
    """Whether anything was filled in that does not stand in an empty form."""
    return any(form[name].data not in (None, "", []) for name in form.changed_data)


def _worries(person: Person, data: Any) -> forms.BaseForm:
    return WorriesAsked(data, initial={"worries": list(person.worries.now().values_list("kind", flat=True))})


def _keep_worries(person: Person, form: Any, by: Actor) -> None:
    worries.say(person, form.cleaned_data["worries"], by=by)


def _personal(person: Person, data: Any) -> forms.BaseForm:
    initial = {name: getattr(person, name) for name in PersonalAsked.base_fields if name != "seen"}
    return PersonalAsked(data, initial=initial | {"seen": files.stamp(person)})


def _keep_personal(person: Person, form: Any, by: Actor) -> None:
    told = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
    files.correct(person, told, seen=form.cleaned_data["seen"], by=by, reason="interview: personal")


_OF_GOAL: Final = ("goal", "sure", "in_the_way")


def _goal(person: Person) -> Aspiration:
    return person.aspirations.order_by("-said_at", "-id").first() or Aspiration()


def _wish(person: Person) -> Wish:
    return Wish.objects.filter(person=person).first() or Wish()


def _expectations(person: Person, data: Any) -> forms.BaseForm:
    goal, wish = _goal(person), _wish(person)
    form = ExpectationsAsked(data, instance=wish, initial={name: getattr(goal, name) for name in _OF_GOAL})
    form.initial["seen"] = files.stamp_of(goal) + files.stamp_of(wish)
    return form


def _keep_expectations(person: Person, form: Any, by: Actor) -> None:
    told = form.told
    with transaction.atomic():
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        before, there = _goal(person), _wish(person)
        same = all(getattr(before, name) == told[name] for name in _OF_GOAL)
        if form.cleaned_data["seen"] != files.stamp_of(before) + files.stamp_of(there) and (
            not same or any(getattr(there, name) != told[name] for name in told if name not in _OF_GOAL)
        ):
            raise files.Changed(before, there)
        if told["goal"] and not same:
            goal = {name: told[name] for name in ("sure", "in_the_way")}
            aspirations.say(person, told["goal"], language=person.language, by=by, **goal)
        wish = form.save(commit=False)
        if set(form.changed_data) - {*_OF_GOAL, "seen"}:
            wish.person = person
            parts.keep(wish, by=by)


def _keep_language(person: Person, form: Any, by: Actor) -> None:
    row = form.save(commit=False)
    row.person, row.judge = person, LanguageSkill.Judge.PERSON
    parts.keep(row, by=by)


def _keep_school(person: Person, form: Any, by: Actor) -> None:
    row = form.save(commit=False)
    row.person = person
    parts.keep(row, by=by)


def _keep_work(person: Person, form: Any, by: Actor) -> None:
    told = form.cleaned_data
    work.tell(person, told["words"], kind=told["kind"], language=person.language, by=by)


#: Those that ask with one form; the cards and the last one have views of their own.
ASKED: Final[dict[str, Asked]] = {
    one.key: one
    for one in (
        Asked(Key.WORRIES, _worries, _keep_worries),
        Asked(Key.PERSONAL, _personal, _keep_personal),
        Asked(Key.EXPECTATIONS, _expectations, _keep_expectations, part="goal"),
        Asked(
            Key.LANGUAGES,
            lambda person, data: LanguagesAsked(data),
            _keep_language,
            several=True,
            main="language",
            part="languages",
        ),
        Asked(
            Key.SCHOOLING,
            lambda person, data: SchoolingAsked(data),
            _keep_school,
            several=True,
            main="title",
            part="schooling",
        ),
        Asked(Key.WORK, lambda person, data: WorkAsked(data), _keep_work, several=True, main="words", part="work"),
    )
}


def lines_of(part: str, person: Person) -> list[list[Any]]:
    """How the rows of a part read in the language that is set."""
    kind = PARTS[part]
    rows = kind.model._base_manager.filter(person=person).order_by("-pk" if part == "goal" else "pk")
    return [[one for one in kind.line(row) if one] for row in (rows[:1] if part == "goal" else rows)]


def summary(
    person: Person, keys: Iterable[str] = ("goal", "wishes", "languages", "schooling", "work")
) -> list[dict[str, Any]]:
    """Each part that says something: its title and its lines, in the language that is set."""
    found = [{"key": key, "heading": str(PARTS[key].title), "lines": lines_of(key, person)} for key in keys]
    return [one for one in found if one["lines"]]
