"""Invented people as CVs tell of them, for what reads and writes CVs."""

from hypothesis import strategies as st

from kesher.formats.profile import (
    LANGUAGE_SKILLS,
    Cefr,
    Certificate,
    Education,
    Experience,
    LanguageSkill,
    Profile,
    Skill,
)

#: Letters of XML and JSON alike; no empty lines and no spaces at their ends, which readers may drop.
LETTERS = "abc XYZ אבג שלום عربي сон አበበ <&>'\"0123"
LINES = st.text(alphabet=LETTERS, max_size=20).map(str.strip)
WORDS = st.lists(LINES.filter(bool), max_size=2).map("\n".join)
SAID = WORDS.filter(bool)
DATES = st.one_of(
    st.none(),
    st.dates().filter(lambda day: 1000 <= day.year < 3000).map(lambda day: day.isoformat()),
    st.integers(1950, 2030).map(str),
    st.tuples(st.integers(1950, 2030), st.integers(1, 12)).map(lambda pair: f"{pair[0]}-{pair[1]:02}"),
)
URLS = st.sampled_from(["", "https://example.org/a?b=c&d=e", "http://example.com"])
COUNTRIES = st.sampled_from(["", "IL", "UA", "ET"])
CODES = st.sampled_from(["heb", "ara", "ukr", "amh", "eng"])


def language(*, code: str, native: bool, levels: list[Cefr | None]) -> LanguageSkill:
    return LanguageSkill(
        code=code, native=native, **({} if native else dict(zip(LANGUAGE_SKILLS, levels, strict=True)))
    )


LANGUAGES = st.builds(
    language, code=CODES, native=st.booleans(), levels=st.lists(st.sampled_from([None, *Cefr]), min_size=5, max_size=5)
)
WORK = st.builds(
    Experience,
    employer=SAID,
    position=WORDS,
    city=WORDS,
    country=COUNTRIES,
    start=DATES,
    end=DATES,
    current=st.booleans(),
    description=WORDS,
    url=URLS,
)
SCHOOLING = st.builds(
    Education,
    institution=SAID,
    title=WORDS,
    level=st.sampled_from([None, 1, 4, 8]),
    city=WORDS,
    country=COUNTRIES,
    start=DATES,
    end=DATES,
    current=st.booleans(),
    grade=WORDS,
    description=WORDS,
    url=URLS,
)
SKILLS = st.builds(
    Skill, name=SAID, uri=st.sampled_from(["", "http://data.europa.eu/esco/skill/335228d2-297d-4e0e-a6ee-bc6a8dc110d9"])
)
PROFILES = st.builds(
    Profile,
    called=SAID,
    summary=WORDS,
    emails=st.lists(st.sampled_from(["a@example.org", "b@example.org"]), max_size=2, unique=True).map(tuple),
    phones=st.lists(st.sampled_from(["+97286000001", "+380441234567"]), max_size=2, unique=True).map(tuple),
    url=URLS,
    street=WORDS,
    city=WORDS,
    postal_code=WORDS,
    country=COUNTRIES,
    language=st.sampled_from(["he", "ar", "en", "uk"]),
    languages=st.lists(LANGUAGES, max_size=3).map(tuple),
    work=st.lists(WORK, max_size=2).map(tuple),
    education=st.lists(SCHOOLING, max_size=2).map(tuple),
    certificates=st.lists(st.builds(Certificate, name=SAID, issuer=WORDS, date=DATES), max_size=2).map(tuple),
    skills=st.lists(SKILLS, max_size=3, unique_by=lambda one: one.name).map(tuple),
)
