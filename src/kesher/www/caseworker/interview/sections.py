"""The sections of the interview: what each asks, and where what is said goes. Nothing is kept here: parts of the file keep it.

A section gives its form, keeps it, and says what stands in the file already. :mod:`.views` does the rest: both languages,
skipping, going on.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any, Final

from django import forms
from django.db import transaction

from kesher.base.transitions import Actor
from kesher.people import aspirations, files, parts, work, worries
from kesher.people.models import Aspiration, Digital, DigitalSkill, LanguageSkill, Person, Wish
from kesher.people.models.digital import AREAS
from kesher.people.models.interviews import InterviewSection
from kesher.people.models.skills import FIVE
from kesher.www.caseworker.interview.forms import (
    DigitalAsked,
    ExpectationsAsked,
    LanguagesAsked,
    PersonalAsked,
    SchoolingAsked,
    WorkAsked,
    WorriesAsked,
    judged_name,
    stamp_of_both,
)
from kesher.www.caseworker.people.forms import beginning_of_worries
from kesher.www.caseworker.people.goal_forms import OF_GOAL, told_of_goal
from kesher.www.caseworker.people.part_pages import PARTS
from kesher.www.languages import language_name

Key = InterviewSection.Section
OWN, OURS = LanguageSkill.Judge.PERSON, LanguageSkill.Judge.CASEWORKER
Line = Callable[[], list[Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One section with one form. ``several``: one adds one thing after the other; ``main``: the field without which nothing is
    said; ``part``: the part of the file that it fills, by its key; ``fresh``: how it is opened to change one of them."""

    key: str
    form: Callable[[Person, Any], forms.BaseForm]
    keep: Callable[[Person, Any, Actor], None]
    several: bool = False
    main: str = ""
    part: str = ""
    fresh: Callable[[Person, Any], forms.BaseForm] | None = None

    def unfilled(self, person: Person, data: Any) -> forms.BaseForm:
        """The form as it is opened. ``data``: of the address or of what was sent, where one thing of several is changed."""
        return self.fresh(person, data) if self.fresh is not None else self.form(person, None)

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
    return WorriesAsked(data, initial=beginning_of_worries(person))


def _keep_worries(person: Person, form: Any, by: Actor) -> None:
    worries.say(person, form.cleaned_data["worries"], by=by, seen=form.cleaned_data["seen"])


def _personal(person: Person, data: Any) -> forms.BaseForm:
    initial = {name: getattr(person, name) for name in PersonalAsked.base_fields if name != "seen"}
    return PersonalAsked(data, initial=initial | {"seen": files.stamp(person)})


def _keep_personal(person: Person, form: Any, by: Actor) -> None:
    told = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
    files.correct(person, told, seen=form.cleaned_data["seen"], by=by, reason="interview: personal")


_ASKED_OF_GOAL: Final = frozenset({*OF_GOAL, "change", "why"})


def _wish(person: Person) -> Wish:
    return Wish.objects.filter(person=person).first() or Wish()


def _expectations(person: Person, data: Any) -> forms.BaseForm:
    goal, wish = aspirations.latest(person), _wish(person)
    form = ExpectationsAsked(data, instance=wish, before=goal)
    form.initial["seen"] = files.stamp_of(goal) + files.stamp_of(wish)
    return form


def _keep_expectations(person: Person, form: Any, by: Actor) -> None:
    told = form.told
    with transaction.atomic():
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        before, there = aspirations.latest(person), _wish(person)
        goal = told_of_goal(told)
        same = all(getattr(before or Aspiration(), name) == told[name] for name in OF_GOAL)
        if form.cleaned_data["seen"] != files.stamp_of(before) + files.stamp_of(there) and (
            not same or any(getattr(there, name) != told[name] for name in told if name not in _ASKED_OF_GOAL)
        ):
            raise files.Changed(before or Aspiration(), there)
        if goal is not None and (
            not same or (told.get("change") == Aspiration.Change.SAME and "change" in form.changed_data)
        ):
            aspirations.say(person, language=person.language, by=by, **goal)
        wish = form.save(commit=False)
        if set(form.changed_data) - {*_ASKED_OF_GOAL, "seen"}:
            wish.person = person
            parts.keep(wish, by=by)


def _rows_of(person: Person, language: str) -> dict[str, LanguageSkill]:
    """What stands in the file of one language, by who judges."""
    return {row.judge: row for row in person.languages.filter(language=language)} if language else {}


def _languages(person: Person, data: Any) -> forms.BaseForm:
    """``of`` in what was sent: the language that is changed; without it one more is noted."""
    of = (data or {}).get("of", "")
    rows = _rows_of(person, of)
    return LanguagesAsked(data, of=of if rows else "", rows=rows)


def _fresh_language(person: Person, data: Any) -> forms.BaseForm:
    of = data.get("of", "")
    rows = _rows_of(person, of)
    return LanguagesAsked(of=of if rows else "", rows=rows)


def _keep_language(person: Person, form: Any, by: Actor) -> None:
    """Both judgements, each in a row of its own: what the person says, and what the caseworker thinks."""
    told = form.cleaned_data
    said, judged = form.said, form.judged
    with transaction.atomic():
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        rows = _rows_of(person, told["of"])
        if told["of"]:
            stands = _as_told(rows)
            if told["seen"] != stamp_of_both(rows) and any(
                stands[name] != told[name] for name in stands if name in told
            ):
                same = {"of": told["of"], "language": told["language"]}
                raise files.Changed(SimpleNamespace(**stands, **same))
        own = (LanguageSkill.Judge.PERSON, said, any(said.values()) or not any(judged.values()))
        ours = (LanguageSkill.Judge.CASEWORKER, judged, any(judged.values()))
        for judge, values, is_said in (own, ours):
            there = rows.get(judge)
            if there is None and not is_said:
                continue
            row = there or LanguageSkill(person=person, language=told["of"] or told["language"], judge=judge)
            if there is not None and all(getattr(row, name) == value for name, value in values.items()):
                continue
            for name, value in values.items():
                setattr(row, name, value)
            row.person = person
            parts.keep(row, by=by)


def _as_told(rows: Mapping[str, LanguageSkill]) -> dict[str, str]:
    """Both rows under the names of the form."""
    own = rows.get(LanguageSkill.Judge.PERSON) or LanguageSkill()
    ours = rows.get(LanguageSkill.Judge.CASEWORKER) or LanguageSkill()
    said = {name: getattr(own, name) for name in (*FIVE, "script", "certificate")}
    return said | {judged_name(skill): getattr(ours, skill) for skill in FIVE}


def languages_of(person: Person) -> list[dict[str, Any]]:
    """Each language once: what the person says of it, and beside it what a caseworker thinks."""
    found: dict[str, dict[str, Any]] = {}
    for row in person.languages.order_by("pk"):
        one = found.setdefault(row.language, {"code": row.language, "spoken": language_name(row.language), "lines": []})
        _name, *line = PARTS["languages"].line(row)
        one["lines"].append([part for part in line if part])
    return list(found.values())


def _digital_rows(person: Person) -> dict[str, DigitalSkill]:
    return {row.judge: row for row in person.digital_skills.all()}


def _digital(person: Person, data: Any) -> forms.BaseForm:
    return DigitalAsked(data, rows=_digital_rows(person))


def _keep_digital(person: Person, form: Any, by: Actor) -> None:
    """Both judgements, each in a row of its own; of one that says nothing any more nothing stays."""
    with transaction.atomic():
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        rows = _digital_rows(person)
        own, ours = (rows.get(judge) or DigitalSkill() for judge in (OWN, OURS))
        stands = {area: getattr(own, area) for area in AREAS}
        stands |= {judged_name(area): getattr(ours, area) for area in AREAS}
        if form.cleaned_data["seen"] != stamp_of_both(rows) and any(
            stands[name] != form.cleaned_data[name] for name in stands
        ):
            shown = {f"get_{name}_display": partial(_level, value) for name, value in stands.items()}
            raise files.Changed(SimpleNamespace(**stands, **shown))
        for judge, row, values in ((OWN, own, form.said), (OURS, ours, form.judged)):
            if all(getattr(row, area) == value for area, value in values.items()):
                continue
            if not any(values.values()):
                parts.remove(row, by=by)
                continue
            row.person, row.judge = person, judge
            for area, value in values.items():
                setattr(row, area, value)
            parts.keep(row, by=by)


def _level(value: str) -> str:
    return str(Digital(value).label) if value else ""


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
            _languages,
            _keep_language,
            several=True,
            main="language",
            part="languages",
            fresh=_fresh_language,
        ),
        Asked(
            Key.SCHOOLING,
            lambda person, data: SchoolingAsked(data),
            _keep_school,
            several=True,
            main="title",
            part="schooling",
        ),
        Asked(Key.DIGITAL, _digital, _keep_digital, part="digital"),
        Asked(Key.WORK, lambda person, data: WorkAsked(data), _keep_work, several=True, main="words", part="work"),
    )
}


def lines_of(part: str, person: Person) -> list[list[Any]]:
    """How the rows of a part read in the language that is set."""
    kind = PARTS[part]
    rows = kind.model._base_manager.filter(person=person).order_by("-pk" if part == "goal" else "pk")
    return [[one for one in kind.line(row) if one] for row in (rows[:1] if part == "goal" else rows)]


def summary(
    person: Person, keys: Iterable[str] = ("goal", "wishes", "languages", "schooling", "work", "digital")
) -> list[dict[str, Any]]:
    """Each part that says something: its title and its lines, in the language that is set."""
    found = [{"key": key, "heading": str(PARTS[key].title), "lines": lines_of(key, person)} for key in keys]
    return [one for one in found if one["lines"]]
