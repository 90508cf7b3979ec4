"""JSON Resume 1.0 (https://jsonresume.org/schema), read and written, after ``schema.json`` of jsonresume/resume-schema.

:func:`read` gives the standard's own records, :func:`to_profile` and :func:`from_profile` lead to and from what Kesher knows
of a person, :func:`write` gives JSON. The standard lets a file carry more than it names; so Kesher's own additions stand
beside its fields and others ignore them: ``cefr`` at a language (five skills with their levels), ``code``, ``native``; ``uri``
at a skill; ``level`` (EQF) and ``fields`` at a schooling; ``city``, ``country`` and ``current`` at work and schooling; all
``emails`` and ``phones``. What others have added is kept by :func:`read` and written again by :func:`write`.

Judged as the standard's own tests do: types and the form of dates are checked, whether an address is one is not ("image"
holds a file name in them). What Kesher writes passes with the formats checked, too.
"""

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from kesher.formats import profile
from kesher.formats.profile import LANGUAGE_SKILLS, Cefr, Profile, UnreadableProfile

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
LARGEST = 2_000_000
"""Bytes of a file; a CV of a hundred pages has less."""

Iso8601 = Annotated[
    str, StringConstraints(pattern=r"^([1-2][0-9]{3}-[0-1][0-9]-[0-3][0-9]|[1-2][0-9]{3}-[0-1][0-9]|[1-2][0-9]{3})$")
]
"""The standard's date: the day or also the month may be left out."""


class _Part(BaseModel):
    """A record of the standard: its fields optional and never null, unknown ones kept."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="allow", alias_generator=to_camel, validate_by_name=True, validate_by_alias=True
    )


class Location(_Part):
    address: str = ""
    postal_code: str = ""
    city: str = ""
    country_code: str = ""
    region: str = ""


class SocialProfile(_Part):
    network: str = ""
    username: str = ""
    url: str = ""


class Basics(_Part):
    name: str = ""
    label: str = ""
    image: str = ""
    email: str = ""
    phone: str = ""
    url: str = ""
    summary: str = ""
    location: Location = Location()
    profiles: tuple[SocialProfile, ...] = ()


class Work(_Part):
    name: str = ""
    location: str = ""
    description: str = ""
    position: str = ""
    url: str = ""
    start_date: Iso8601 = ""
    end_date: Iso8601 = ""
    summary: str = ""
    highlights: tuple[str, ...] = ()


class Volunteer(_Part):
    organization: str = ""
    position: str = ""
    url: str = ""
    start_date: Iso8601 = ""
    end_date: Iso8601 = ""
    summary: str = ""
    highlights: tuple[str, ...] = ()


class Education(_Part):
    institution: str = ""
    url: str = ""
    area: str = ""
    study_type: str = ""
    start_date: Iso8601 = ""
    end_date: Iso8601 = ""
    score: str = ""
    courses: tuple[str, ...] = ()


class Award(_Part):
    title: str = ""
    date: Iso8601 = ""
    awarder: str = ""
    summary: str = ""


class Certificate(_Part):
    name: str = ""
    date: Iso8601 = ""
    url: str = ""
    issuer: str = ""


class Publication(_Part):
    name: str = ""
    publisher: str = ""
    release_date: Iso8601 = ""
    url: str = ""
    summary: str = ""


class Skill(_Part):
    name: str = ""
    level: str = ""
    keywords: tuple[str, ...] = ()


class Language(_Part):
    language: str = ""
    fluency: str = ""


class Interest(_Part):
    name: str = ""
    keywords: tuple[str, ...] = ()


class Reference(_Part):
    name: str = ""
    reference: str = ""


class Project(_Part):
    name: str = ""
    description: str = ""
    highlights: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    start_date: Iso8601 = ""
    end_date: Iso8601 = ""
    url: str = ""
    roles: tuple[str, ...] = ()
    entity: str = ""
    type: str = ""


class Meta(_Part):
    canonical: str = ""
    version: str = ""
    last_modified: str = ""


class Resume(_Part):
    """A JSON Resume. Fields that were not in the file are not written either."""

    schema_: str = Field(default="", alias="$schema")
    basics: Basics = Basics()
    work: tuple[Work, ...] = ()
    volunteer: tuple[Volunteer, ...] = ()
    education: tuple[Education, ...] = ()
    awards: tuple[Award, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    publications: tuple[Publication, ...] = ()
    skills: tuple[Skill, ...] = ()
    languages: tuple[Language, ...] = ()
    interests: tuple[Interest, ...] = ()
    references: tuple[Reference, ...] = ()
    projects: tuple[Project, ...] = ()
    meta: Meta = Meta()


def read(data: bytes | str) -> Resume:
    """The résumé of a file's content; :class:`UnreadableProfile` names the first field that is wrong, ``work[2].startDate``."""
    if len(data) > LARGEST:
        raise UnreadableProfile("the file", f"it is larger than {LARGEST:,} bytes; a JSON Resume is not")
    data = data.removeprefix("\ufeff") if isinstance(data, str) else data.removeprefix(b"\xef\xbb\xbf")
    try:
        return Resume.model_validate_json(data)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).lstrip(".")
        raise UnreadableProfile(where or "the file", first["msg"]) from None
    except ValueError as fault:  # half a surrogate in a str
        raise UnreadableProfile("the file", f"it is not text: {fault}") from None


def write(resume: Resume, *, indent: int | None = 2) -> str:
    """The résumé as JSON: what was set, and what others had added."""
    return resume.model_dump_json(by_alias=True, exclude_unset=True, indent=indent)


# --- to and from what Kesher knows of a person ------------------------------------------------------------------------

_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_CEFR = re.compile(r"\b([ABC][12])\b")
_NATIVE = re.compile(r"(?i)\b(native|mother tongue|first language)\b")


def _extra(part: BaseModel, name: str) -> Any:
    return (part.model_extra or {}).get(name)


def _words(part: BaseModel, name: str) -> str:
    found = _extra(part, name)
    return found if isinstance(found, str) else ""


def _texts(part: BaseModel, name: str) -> tuple[str, ...]:
    found = _extra(part, name)
    return tuple(text for text in found if isinstance(text, str)) if isinstance(found, list | tuple) else ()


def _day(text: str) -> str | None:
    """The date, or the part of it that there is: the standard's pattern lets 2019-19-39 pass."""
    for part in (text, text[:7], text[:4]):
        try:
            return profile.partial_date(part)
        except ValueError:
            continue
    return None


def _language(one: Language) -> profile.LanguageSkill:
    """Levels from ``cefr`` where Kesher wrote them, else one level for all five skills from the words of ``fluency``."""
    said = _extra(one, "cefr")
    levels = {
        skill: Cefr(said[skill])
        for skill in LANGUAGE_SKILLS
        if isinstance(said, dict) and said.get(skill) in list(Cefr)
    }
    in_words = set(_CEFR.findall(one.fluency))
    if not levels and len(in_words) == 1:
        levels = dict.fromkeys(LANGUAGE_SKILLS, Cefr(in_words.pop()))
    native = _extra(one, "native") is True or bool(_NATIVE.search(one.fluency))
    return profile.LanguageSkill(
        code=_words(one, "code"), name=one.language, native=native, fluency=one.fluency, **levels
    )


def to_profile(resume: Resume) -> Profile:
    """What Kesher takes of a résumé: not the picture, not references (they are other people's), not interests.

    Raises :class:`UnreadableProfile` for texts longer and lists longer than a CV has.
    """
    basics, place = resume.basics, resume.basics.location
    every: tuple[Work | Volunteer, ...] = (*resume.work, *resume.volunteer)
    experiences = [
        {
            "employer": one.name if isinstance(one, Work) else one.organization,
            "position": one.position,
            "city": _words(one, "city") or ("" if _words(one, "country") else getattr(one, "location", "")),
            "country": _words(one, "country"),
            "start": _day(one.start_date),
            "end": _day(one.end_date),
            "current": _extra(one, "current") is True,
            "voluntary": isinstance(one, Volunteer),
            "description": one.summary or (one.description if isinstance(one, Work) else ""),
            "highlights": one.highlights,
            "url": one.url,
        }
        for one in every
    ]
    schooling = [
        {
            "institution": one.institution,
            "title": one.study_type,
            "field": one.area,
            "fields": _texts(one, "fields"),
            "level": level if isinstance(level := _extra(one, "level"), int) and 1 <= level <= 8 else None,
            "city": _words(one, "city"),
            "country": _words(one, "country"),
            "start": _day(one.start_date),
            "end": _day(one.end_date),
            "current": _extra(one, "current") is True,
            "grade": one.score,
            "description": _words(one, "description"),
            "courses": one.courses,
            "url": one.url,
        }
        for one in resume.education
    ]
    try:
        return Profile.model_validate(
            {
                "called": basics.name,
                "given": _words(basics, "given"),
                "family": _words(basics, "family"),
                "headline": basics.label,
                "summary": basics.summary,
                "emails": _texts(basics, "emails") or tuple(filter(None, [basics.email])),
                "phones": _texts(basics, "phones") or tuple(filter(None, [basics.phone])),
                "url": basics.url,
                "street": place.address,
                "city": place.city,
                "postal_code": place.postal_code,
                "region": place.region,
                "country": place.country_code,
                "language": _words(resume.meta, "language"),
                "languages": tuple(map(_language, resume.languages)),
                "work": tuple(experiences),
                "education": tuple(schooling),
                "certificates": tuple(
                    {"name": one.name, "issuer": one.issuer, "date": _day(one.date), "url": one.url}
                    for one in resume.certificates
                ),
                "skills": tuple(
                    {"name": one.name, "uri": _words(one, "uri"), "level": one.level, "keywords": one.keywords}
                    for one in resume.skills
                ),
            }
        )
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
        raise UnreadableProfile(".".join(map(str, first["loc"])), first["msg"]) from None


def _set(**fields: Any) -> dict[str, Any]:
    """What there is: no empty text, no empty list, nothing false."""
    return {name: value for name, value in fields.items() if value not in ("", None, (), [], {}, False)}


def _url(text: str) -> str:
    """An address as the standard wants one, or nothing."""
    return text if _ADDRESS.fullmatch(text) else ""


def _levels_in_words(one: profile.LanguageSkill) -> str:
    levels = [(skill.replace("_", " "), level.value) for skill, level in one.levels()]
    if one.native:
        return "Native speaker"
    if len(levels) == len(LANGUAGE_SKILLS) and len({level for _, level in levels}) == 1:
        return levels[0][1]
    return ", ".join(f"{skill} {level}" for skill, level in levels)


def _place(one: profile.Experience | profile.Education) -> dict[str, Any]:
    return _set(city=one.city, country=one.country, current=one.current)


def from_profile(person: Profile) -> Resume:
    """A résumé of what Kesher knows. Every address in it is one; what is not an address stays in Kesher."""
    work = [
        _set(
            name=one.employer,
            location=", ".join(filter(None, (one.city, one.country))),
            position=one.position,
            url=_url(one.url),
            start_date=one.start,
            end_date=one.end,
            summary=one.description,
            highlights=one.highlights,
        )
        | _place(one)
        for one in person.work
        if not one.voluntary
    ]
    volunteer = [
        _set(
            organization=one.employer,
            position=one.position,
            url=_url(one.url),
            start_date=one.start,
            end_date=one.end,
            summary=one.description,
            highlights=one.highlights,
        )
        | _place(one)
        for one in person.work
        if one.voluntary
    ]
    education = [
        _set(
            institution=one.institution,
            url=_url(one.url),
            area=one.field,
            study_type=one.title,
            start_date=one.start,
            end_date=one.end,
            score=one.grade,
            courses=one.courses,
            level=one.level,
            fields=one.fields,
            description=one.description,
        )
        | _place(one)
        for one in person.education
    ]
    languages = [
        _set(
            language=one.name or one.code,
            fluency=one.fluency or _levels_in_words(one),
            code=one.code,
            native=one.native,
            cefr={skill: level.value for skill, level in one.levels()},
        )
        for one in person.languages
    ]
    location = _set(
        address=person.street,
        postal_code=person.postal_code,
        city=person.city,
        country_code=person.country,
        region=person.region,
    )
    basics = _set(
        name=person.called or " ".join(filter(None, (person.given, person.family))),
        given=person.given,
        family=person.family,
        label=person.headline,
        email=next(filter(_EMAIL.fullmatch, person.emails), ""),
        phone=person.phones[0] if person.phones else "",
        emails=person.emails,
        phones=person.phones,
        url=_url(person.url),
        summary=person.summary,
        location=location,
    )
    certificates = [
        _set(name=one.name, issuer=one.issuer, date=one.date, url=_url(one.url)) for one in person.certificates
    ]
    skills = [_set(name=one.name, uri=one.uri, level=one.level, keywords=one.keywords) for one in person.skills]
    return Resume.model_validate(
        {
            "$schema": SCHEMA,
            **_set(
                basics=basics,
                work=tuple(work),
                volunteer=tuple(volunteer),
                education=tuple(education),
                certificates=tuple(certificates),
                skills=tuple(skills),
                languages=tuple(languages),
            ),
            "meta": {"version": "v1.0.0", **_set(language=person.language)},
        }
    )
