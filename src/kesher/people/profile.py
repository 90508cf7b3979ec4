"""What a person can show of themselves, as a CV: out to JSON Resume, Europass and paper; what they worry about never.

    profile = profile_of(person, language="he")         # formats.profile.Profile
    data = written(profile, "resume.json")

Only what they said themselves: languages and their certificates as they judge them (a caseworker's judgement is for the file),
schools, and work in the words it was told in. What the lists call it, an occupation or a skill, stands there once the person
has said yes to it, and not on a caseworker's word. Those names are of the lists in ``language``.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kesher.base.translated import in_language
from kesher.formats import europass, isced, jsonresume
from kesher.formats import profile as cv
from kesher.formats.profile import Cefr, Profile
from kesher.people.models import Digital, Experience, LanguageSkill, Person, PersonSkill, Qualification, Wish
from kesher.people.models.digital import AREAS
from kesher.people.models.skills import FIVE
from kesher.people.models.wishes import Licence
from kesher.words import proposals
from kesher.words.models import Kind

#: Our five skills by the names CVs use for them.
SKILLS: Final = dict(
    zip(FIVE, ("listening", "reading", "spoken_interaction", "spoken_production", "writing"), strict=True)
)

#: Files the profile is written as: its name, the type, and how.
FILES: Final[Mapping[str, tuple[str, Callable[[Profile], bytes]]]] = {
    "resume.json": ("application/json", lambda one: jsonresume.write(jsonresume.from_profile(one)).encode()),
    "europass.xml": ("application/xml", lambda one: europass.write(one)),
}


def concept_name(kind: str, uri: str, language: str) -> str:
    """What an occupation or skill is called in a language; "" where the lists have lost it."""
    concept = proposals.concept_of(kind, uri) if uri else None
    return in_language(concept.names, language).text if concept is not None else ""


def _year(year: int | None) -> str | None:
    return str(year) if year is not None and 1000 <= year <= 2999 else None


def _language(row: LanguageSkill) -> cv.LanguageSkill:
    levels: dict[str, Any] = {
        theirs: Cefr(level) for ours, theirs in SKILLS.items() if (level := getattr(row, ours)) and level in list(Cefr)
    }
    return cv.LanguageSkill(code=row.language, **levels)


def occupation_name(row: Experience, language: str) -> str:
    """What the lists call this work; "" until the person has said that it is right."""
    return concept_name(Kind.OCCUPATION, row.occupation, language) if row.person_confirmed_at is not None else ""


def _work(row: Experience, language: str) -> cv.Experience:
    name = occupation_name(row, language)
    return cv.Experience(
        position=name or row.words,
        description=row.words if name else "",
        country=row.country,
        start=_year(row.begun),
        end=_year(row.ended),
        voluntary=row.kind == Experience.Kind.VOLUNTEER,
    )


def _school(row: Qualification, language: str) -> cv.Education:
    return cv.Education(
        institution=row.institution,
        title=row.title,
        field=in_language(isced.names_of(row.field_code), language).text,
        fields=(row.field_code,) if row.field_code else (),
        level=row.eqf,
        country=row.country,
        start=_year(row.begun),
        end=_year(row.ended),
    )


def _skill(row: PersonSkill, language: str) -> cv.Skill:
    return cv.Skill(name=concept_name(Kind.SKILL, row.uri, language), uri=row.uri)


def digital_skills(person: Person) -> list[tuple[str, str]]:
    """What they say of themselves: area and level, in the language that is set. What they cannot do yet is no skill."""
    row = person.digital_skills.filter(judge=LanguageSkill.Judge.PERSON).first()
    return [
        (str(row._meta.get_field(area).verbose_name), str(Digital(level).label))
        for area in AREAS
        if row is not None and (level := getattr(row, area)) not in ("", Digital.NONE)
    ]


def wish_of(person: Person) -> Wish:
    return Wish.objects.filter(person=person).first() or Wish()


def licences(wish: Wish) -> list[str]:
    """The driving licences by name, in the order of the categories and in the language that is set."""
    return [str(one.label) for one in Licence if one.value in wish.licences]


def _licence_certificates(wish: Wish) -> list[cv.Certificate]:
    still = _(" (from abroad, still to be converted)") if wish.licence_abroad else ""
    return [
        cv.Certificate(name=_("Driving licence %(category)s") % {"category": one} + still) for one in licences(wish)
    ]


def profile_of(person: Person, *, language: str) -> Profile:
    """The person as a CV tells of them, its names in ``language``."""
    goal = person.aspirations.order_by("-said_at", "-id").first()
    own = list(person.languages.filter(judge=LanguageSkill.Judge.PERSON).order_by("id"))
    skills = [_skill(row, language) for row in person.skills.confirmed().order_by("id")]
    with translation.override(language):
        digital = [cv.Skill(name=capfirst(area), level=level) for area, level in digital_skills(person)]
        driving = _licence_certificates(wish_of(person))
    return Profile(
        called=person.called,
        summary=goal.goal if goal is not None else "",
        emails=(person.email,) if person.email else (),
        phones=(person.phone,) if person.phone else (),
        language=language,
        languages=tuple(_language(row) for row in own),
        work=tuple(_work(row, language) for row in person.experiences.order_by("-begun", "id")),
        education=tuple(_school(row, language) for row in person.qualifications.order_by("-ended", "id")),
        certificates=(
            *(cv.Certificate(name=name) for name in dict.fromkeys(row.certificate for row in own if row.certificate)),
            *driving,
        ),
        skills=(*(one for one in skills if one.name), *digital),
    )


def written(profile: Profile, file: str) -> tuple[str, bytes]:
    """The type and the bytes of one of :data:`FILES`; KeyError for another name."""
    kind, write = FILES[file]
    return kind, write(profile)
