"""What a CV says about a person, in one shape: what JSON Resume and Europass are read into and written from.

Only what a file of a jobseeker needs. Dates of birth, nationality, sex and photographs, which CVs also carry, are not
read: nobody asked for them, and they cannot be leaked by who never had them (data protection by design, GDPR article 25).

Texts are plain; dates are as exact as the person was: ``2019``, ``2019-05``, ``2019-05-01``. Nothing is coded here:
occupations and fields are the person's words, and an address of a concept only where the file brought one.
"""

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kesher.formats.values import clean_text

LONGEST_TEXT = 20_000
MOST = 500
"""Entries of one list: no CV has more, a file that does is not one."""

_DATE = re.compile(r"([12]\d{3})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def partial_date(text: str) -> str:
    """The text itself when it is a year, a month or a day there is; else :class:`ValueError`."""
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(f"“{text[:40]}” is not a date; write it like 2019, 2019-05 or 2019-05-01")
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        date(year, month, day)
    except ValueError:
        raise ValueError(f"“{text}” is no day there is") from None
    return text


PartialDate = Annotated[str, AfterValidator(partial_date)]
#: Signs nobody can see, and those that turn a line round, are left out: other software writes them, and no one meant them.
Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(lambda text: clean_text(text) or "")]


class Cefr(StrEnum):
    """Levels of the Common European Framework of Reference for Languages."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LanguageSkill(_Part):
    """A language: ISO 639 code or BCP 47 tag where known, name as written, and a level for each of five skills."""

    code: Text = ""
    name: Text = ""
    native: bool = False
    listening: Cefr | None = None
    reading: Cefr | None = None
    spoken_interaction: Cefr | None = None
    spoken_production: Cefr | None = None
    writing: Cefr | None = None
    fluency: Text = ""  # in words, where the file says no levels

    def levels(self) -> Iterator[tuple[str, Cefr]]:
        """The skills that have a level, by name, in the order of the framework."""
        for skill in LANGUAGE_SKILLS:
            level = getattr(self, skill)
            if level is not None:
                yield skill, level


LANGUAGE_SKILLS = ("listening", "reading", "spoken_interaction", "spoken_production", "writing")


class Experience(_Part):
    """Work, paid or voluntary. ``current``: it goes on; a missing end alone does not say so."""

    employer: Text = ""
    position: Text = ""
    city: Text = ""
    country: Text = ""  # ISO 3166-1 alpha-2, capital letters
    start: PartialDate | None = None
    end: PartialDate | None = None
    current: bool = False
    voluntary: bool = False
    description: Text = ""
    highlights: tuple[Text, ...] = Field(default=(), max_length=MOST)
    url: Text = ""


class Education(_Part):
    """Schooling or training. ``level``: of the European Qualifications Framework, 1 to 8."""

    institution: Text = ""
    title: Text = ""
    field: Text = ""
    fields: tuple[Text, ...] = Field(default=(), max_length=MOST)  # ISCED-F codes or addresses the file brought
    level: int | None = Field(default=None, ge=1, le=8)
    city: Text = ""
    country: Text = ""
    start: PartialDate | None = None
    end: PartialDate | None = None
    current: bool = False
    grade: Text = ""
    description: Text = ""
    courses: tuple[Text, ...] = Field(default=(), max_length=MOST)
    url: Text = ""


class Certificate(_Part):
    name: Text = ""
    issuer: Text = ""
    date: PartialDate | None = None
    url: Text = ""


class Skill(_Part):
    """A skill in the person's words; ``uri`` where the file names a concept (ESCO)."""

    name: Text = ""
    uri: Text = ""
    level: Text = ""
    keywords: tuple[Text, ...] = Field(default=(), max_length=MOST)


class Profile(_Part):
    """A person as a CV tells of them. ``called``: what they go by, the name as a whole."""

    called: Text = ""
    given: Text = ""
    family: Text = ""
    headline: Text = ""
    summary: Text = ""
    emails: tuple[Text, ...] = Field(default=(), max_length=MOST)
    phones: tuple[Text, ...] = Field(default=(), max_length=MOST)  # E.164 where the file said the country's code
    url: Text = ""
    street: Text = ""
    city: Text = ""
    postal_code: Text = ""
    region: Text = ""
    country: Text = ""
    language: Text = ""  # BCP 47 tag of the CV's own language
    languages: tuple[LanguageSkill, ...] = Field(default=(), max_length=MOST)
    work: tuple[Experience, ...] = Field(default=(), max_length=MOST)
    education: tuple[Education, ...] = Field(default=(), max_length=MOST)
    certificates: tuple[Certificate, ...] = Field(default=(), max_length=MOST)
    skills: tuple[Skill, ...] = Field(default=(), max_length=MOST)


class UnreadableProfile(ValueError):
    """A CV that cannot be read: ``where`` names the place in the file, ``why`` says what is wrong and what to do."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where, self.why = where, why
