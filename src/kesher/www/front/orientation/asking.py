"""A question as a form: buttons for choices, a field for a number, boxes where several may be true."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kesher.directory.facts import AREA_QUESTIONS, QUESTIONS, VOCABULARY, WORDS, Question
from kesher.directory.served import AREA
from kesher.engine.eligibility import Kind
from kesher.engine.eligibility.values import Json

BY_KEY: Final[Mapping[str, Question]] = {one.key: one for one in (*QUESTIONS, *AREA_QUESTIONS.values())}
MOST_YEARS, MOST_PEOPLE = 130, 1_000_000


class How(StrEnum):
    CHOICE = "choice"  # one press answers
    NUMBER = "number"
    BOXES = "boxes"
    AREA = "area"  # a place, out of the portal's list


@dataclass(frozen=True, slots=True)
class Choice:
    """``picture``: the drawn object beside the words, "" where none says more than they do."""

    value: str
    words: str | Promise
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page shows it. ``number``: the how-many-eth of ``of``, 0 where nobody counts; ``wrong``: what could
    not be read."""

    question: Question
    number: int = 0
    of: int = 0
    wrong: str = ""

    @property
    def how(self) -> How:
        if self.question.facts == (AREA,):
            return How.AREA
        if len(self.question.facts) > 1:
            return How.BOXES
        return How.NUMBER if VOCABULARY[self.question.facts[0]].kind is Kind.NUMBER else How.CHOICE

    @property
    def choices(self) -> Sequence[Choice]:
        if self.how is How.AREA:
            return []
        if self.how is How.BOXES:
            return [Choice(fact, WORDS[fact].name, WORDS[fact].picture) for fact in self.question.facts]
        fact = self.question.facts[0]
        if VOCABULARY[fact].kind is Kind.BOOLEAN:
            yes, no = pgettext("an answer", "Yes"), pgettext("an answer", "No")
            return [Choice("yes", yes, "check"), Choice("no", no, "x")]
        pictures = WORDS[fact].pictures
        return [Choice(value, words, pictures.get(value, "")) for value, words in WORDS[fact].choices.items()]

    @property
    def unit(self) -> str | Promise:
        return "" if self.how is How.AREA else WORDS[self.question.facts[0]].unit

    @property
    def most(self) -> int:
        return _most(self.question)


def _most(question: Question) -> int:
    return MOST_PEOPLE if question.facts == ("employees",) else MOST_YEARS


class NotUnderstood(ValueError):
    """What was sent answers nothing; the words are for the visitor."""


def answer(question: Question, sent: QueryDict) -> dict[str, Json]:
    """The facts that were answered. Raises :class:`NotUnderstood`."""
    if len(question.facts) > 1:
        ticked = sent.getlist("value")
        return {fact: fact in ticked for fact in question.facts}
    fact = question.facts[0]
    given = sent.get("value", "").strip()
    match VOCABULARY[fact].kind:
        case Kind.BOOLEAN if given in ("yes", "no"):
            return {fact: given == "yes"}
        case Kind.NUMBER if given.isdecimal() and len(given) < 10 and int(given) <= _most(question):
            return {fact: int(given)}
        case Kind.NUMBER:
            raise NotUnderstood(_("Write a number, for example 34."))
        case Kind.TEXT if given in WORDS[fact].choices:
            return {fact: given}
    raise NotUnderstood(_("Choose one of the answers, or skip the question."))
