"""What rules may ask about a person or a business, and how the portal says it: names, questions, choices, and why we ask.

``VOCABULARY`` is what the engine knows of each fact; ``WORDS`` what people read. Facts that one would be asked about in one
breath share a question (``QUESTIONS``): the ages of one's children are three facts and one question.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, npgettext

from kesher.directory.served import AREA, path_of
from kesher.engine.eligibility import Fact, Kind, Vocabulary

Said = str | Promise


class Who(StrEnum):
    """Who comes through which door."""

    PERSON = "person"
    BUSINESS = "business"


class Counted(Protocol):
    """A number of something: "34 years". ``number``: as it is written; ``count``: which form it takes; ``bound``: it follows
    "at least", "more than" and the like, for which several languages have a form of their own."""

    def __call__(self, number: str, count: int, *, bound: bool) -> str: ...


def _years(number: str, count: int, *, bound: bool) -> str:
    if bound:
        said = npgettext(
            "after “at least”, “more than”, “from … to” and the like", "%(number)s year", "%(number)s years", count
        )
    else:
        said = ngettext("%(number)s year", "%(number)s years", count)
    return said % {"number": number}


def _people(number: str, count: int, *, bound: bool) -> str:
    if bound:
        said = npgettext(
            "after “at least”, “more than”, “from … to” and the like", "%(number)s person", "%(number)s people", count
        )
    else:
        said = ngettext("%(number)s person", "%(number)s people", count)
    return said % {"number": number}


@dataclass(frozen=True, slots=True)
class FactWords:
    """``name`` as in a table; ``choices``: value -> its words; ``yes``, ``no``: said when it holds and when it does not;
    ``unit``: beside a field for a number; ``counted``: that number in a sentence; ``pictures``: value -> the drawn object
    beside that answer, where a drawing says it; ``picture``: beside its box, where several facts are asked in one breath."""

    name: Said
    choices: Mapping[str, Said] = field(default_factory=dict)
    yes: Said = ""
    no: Said = ""
    unit: Said = ""
    counted: Counted | None = None
    pictures: Mapping[str, str] = field(default_factory=dict)
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing a visitor is asked. ``picture``: the drawn object beside it, at each door another one for each question;
    ``facts``: which it settles; several = boxes to tick, none ticked = none holds."""

    key: str
    picture: str
    asks: Said
    why: Said
    facts: tuple[str, ...]
    who: Who = Who.PERSON


def _text(path: str, choices: Mapping[str, Said], *, changeable: bool = True) -> Fact:
    return Fact(path, Kind.TEXT, choices=tuple(choices), changeable=changeable)


STATUS: Mapping[str, Said] = {
    "citizen": _("citizen for a long time, or born here"),
    "newcomer": _("citizen who came in the last ten years"),
    "permanent": _("permanent resident"),
    "temporary": _("temporary resident, or with a work permit"),
    "asylum": _("asked for asylum"),
}
WORK: Mapping[str, Said] = {
    "employed": _("employed"),
    "self-employed": _("self-employed"),
    "unemployed": _("without work, looking for some"),
    "not looking": _("not looking for work now"),
}
HEBREW: Mapping[str, Said] = {
    "none": _("none yet"),
    "some": _("a few words"),
    "everyday": _("enough for every day"),
    "good": _("I read and write it well"),
}
EDUCATION: Mapping[str, Said] = {
    "none": _("less than twelve years of school"),
    "school": _("twelve years of school"),
    "profession": _("a certificate for a trade"),
    "degree": _("a degree"),
}
GENDER: Mapping[str, Said] = {
    "woman": _("a woman"),
    "man": _("a man"),
    "other": _("another answer, or I would rather say it myself"),
}
STAGE: Mapping[str, Said] = {
    "idea": _("an idea, not open yet"),
    "new": _("open for less than two years"),
    "established": _("open for two years or more"),
}
SECTOR: Mapping[str, Said] = {
    "shop": _("a shop"),
    "food": _("food and guests"),
    "building": _("building and repairs"),
    "workshop": _("a workshop or factory"),
    "farming": _("farming"),
    "care": _("care, health, education"),
    "services": _("office and other services"),
    "other": _("something else"),
}
#: What is drawn beside an answer. How much Hebrew one knows and who one is have no drawing that says more than the words.
STATUS_PICTURES = {
    "citizen": "house",
    "newcomer": "luggage",
    "permanent": "key-round",
    "temporary": "hourglass",
    "asylum": "shield",
}
WORK_PICTURES = {
    "employed": "briefcase",
    "self-employed": "store",
    "unemployed": "search",
    "not looking": "circle-dashed",
}
EDUCATION_PICTURES = {"none": "pencil", "school": "backpack", "profession": "wrench", "degree": "graduation-cap"}
STAGE_PICTURES = {"idea": "lightbulb", "new": "sprout", "established": "building-2"}
SECTOR_PICTURES = {
    "shop": "store",
    "food": "utensils",
    "building": "hammer",
    "workshop": "factory",
    "farming": "wheat",
    "care": "stethoscope",
    "services": "file-text",
    "other": "circle-question-mark",
}

#: What nobody is asked: whether a child is of the ages a service is for, where these are some of those of the question.
CHILD_OF_THAT_AGE = "child_of_that_age"

VOCABULARY = Vocabulary(
    [
        Fact("age", Kind.NUMBER, whole=True, changeable=False),
        _text("status", STATUS),
        Fact("years_here", Kind.NUMBER, whole=True, changeable=False),
        _text("work", WORK),
        _text("hebrew", HEBREW),
        _text("education", EDUCATION),
        Fact("studied_abroad", Kind.BOOLEAN, changeable=False),
        Fact("child_under_3", Kind.BOOLEAN, changeable=False),
        Fact("child_3_to_6", Kind.BOOLEAN, changeable=False),
        Fact("child_7_to_17", Kind.BOOLEAN, changeable=False),
        Fact("single_parent", Kind.BOOLEAN, changeable=False),
        Fact("disability", Kind.BOOLEAN, changeable=False),
        _text("gender", GENDER, changeable=False),
        Fact("low_income", Kind.BOOLEAN),
        Fact("rents", Kind.BOOLEAN),
        Fact("discharged", Kind.BOOLEAN, changeable=False),
        _text("business_stage", STAGE),
        Fact("employees", Kind.NUMBER, whole=True),
        _text("sector", SECTOR),
    ]
)

WORDS: Mapping[str, FactWords] = {
    "age": FactWords(_("age"), unit=_("years"), counted=_years),
    "status": FactWords(_("status in the country"), STATUS, pictures=STATUS_PICTURES),
    "years_here": FactWords(_("years in the country"), unit=_("years"), counted=_years),
    "work": FactWords(_("work"), WORK, pictures=WORK_PICTURES),
    "hebrew": FactWords(_("Hebrew"), HEBREW),
    "education": FactWords(_("schooling"), EDUCATION, pictures=EDUCATION_PICTURES),
    "studied_abroad": FactWords(
        _("learned abroad"),
        yes=_("learned a profession in another country"),
        no=_("learned no profession in another country"),
    ),
    "child_under_3": FactWords(
        _("child under 3"), yes=_("has a child under 3"), no=_("has no child under 3"), picture="baby"
    ),
    "child_3_to_6": FactWords(
        _("child of 3 to 6"), yes=_("has a child of 3 to 6"), no=_("has no child of 3 to 6"), picture="toy-brick"
    ),
    "child_7_to_17": FactWords(
        _("child of 7 to 17"), yes=_("has a child of 7 to 17"), no=_("has no child of 7 to 17"), picture="backpack"
    ),
    "single_parent": FactWords(
        _("single parent"), yes=_("brings up children alone"), no=_("does not bring up children alone")
    ),
    "disability": FactWords(_("disability"), yes=_("has a disability"), no=_("has no disability")),
    "gender": FactWords(_("woman or man"), GENDER),
    "low_income": FactWords(_("low income"), yes=_("has a low income"), no=_("has no low income")),
    "rents": FactWords(_("rents a home"), yes=_("rents a home"), no=_("does not rent a home")),
    "discharged": FactWords(
        _("army or national service"),
        yes=_("finished army or national service in the last five years"),
        no=_("did not finish army or national service in the last five years"),
    ),
    "business_stage": FactWords(_("age of the business"), STAGE, pictures=STAGE_PICTURES),
    "employees": FactWords(_("people employed"), unit=_("people"), counted=_people),
    "sector": FactWords(_("what the business does"), SECTOR, pictures=SECTOR_PICTURES),
}

QUESTIONS: tuple[Question, ...] = (
    Question("age", "cake", _("How old are you?"), _("Many courses and benefits are for certain ages."), ("age",)),
    Question(
        "status",
        "id-card",
        _("What is your status in the country?"),
        _("Some services are only for newcomers, others only for residents. We tell nobody what you answer."),
        ("status",),
    ),
    Question(
        "years_here",
        "calendar",
        _("How many years have you lived here?"),
        _("Rights of newcomers end after some years."),
        ("years_here",),
    ),
    Question(
        "work",
        "briefcase",
        _("Do you work now?"),
        _("Some help is for people without work, other help for people at work."),
        ("work",),
    ),
    Question(
        "hebrew",
        "languages",
        _("How much Hebrew do you know?"),
        _("So that the course or the meeting suits you."),
        ("hebrew",),
    ),
    Question(
        "education",
        "graduation-cap",
        _("What schooling do you have?"),
        _("For some courses you need years of school, or a trade."),
        ("education",),
    ),
    Question(
        "studied_abroad",
        "globe",
        _("Did you learn a profession in another country?"),
        _("Some offices help you, so that your profession counts here too."),
        ("studied_abroad",),
    ),
    Question(
        "children",
        "baby",
        _("How old are your children?"),
        _("There are places and benefits for each age. Tick all that is true. If you have no children, tick nothing."),
        ("child_under_3", "child_3_to_6", "child_7_to_17"),
    ),
    Question(
        "single_parent",
        "hand-heart",
        _("Do you bring up children alone?"),
        _("Single parents have rights of their own."),
        ("single_parent",),
    ),
    Question(
        "disability",
        "accessibility",
        _("Do you have a disability or an illness that limits you?"),
        _("There is work and training for people with a disability. You need not say which one you have."),
        ("disability",),
    ),
    Question(
        "gender",
        "user",
        _("Are you a woman or a man?"),
        _("Some groups are for women only, some for men only."),
        ("gender",),
    ),
    Question(
        "low_income",
        "coins",
        _("Is your income low, or do you live on benefits?"),
        _("Some help is for people with little money. You show papers later, not here."),
        ("low_income",),
    ),
    Question("rents", "key-round", _("Do you rent your home?"), _("There is help with rent."), ("rents",)),
    Question(
        "discharged",
        "shield",
        _("Did you finish army or national service in the last five years?"),
        _("There is money for studies and training."),
        ("discharged",),
    ),
    Question(
        "business_stage",
        "sprout",
        _("How long has the business been open?"),
        _("Some help is for starting, other help for growing."),
        ("business_stage",),
        Who.BUSINESS,
    ),
    Question(
        "employees",
        "users",
        _("How many people work there, besides you?"),
        _("Some help with money depends on the size of the business."),
        ("employees",),
        Who.BUSINESS,
    ),
    Question(
        "sector",
        "store",
        _("What does the business do?"),
        _("Some programmes are for one trade."),
        ("sector",),
        Who.BUSINESS,
    ),
)
QUESTION_OF: Mapping[str, Question] = {fact: question for question in QUESTIONS for fact in question.facts}
#: Asked at each door in its own words; its answer is a place, from which it follows in which areas that is.
AREA_QUESTIONS: Mapping[Who, Question] = {
    Who.PERSON: Question(
        "area",
        "map-pin",
        _("Where do you live?"),
        _("Some services are only for people who live in certain places."),
        (AREA,),
    ),
    Who.BUSINESS: Question(
        "business_area",
        "map-pin",
        _("Where is the business?"),
        _("Some help is only for businesses in certain places."),
        (AREA,),
        Who.BUSINESS,
    ),
}


def question_of(fact: str, who: Who) -> Question | None:
    """The question that settles a fact at this door; None where nobody is asked there."""
    question = AREA_QUESTIONS[who] if path_of(fact) else QUESTION_OF.get(fact)
    return question if question is not None and question.who is who else None
