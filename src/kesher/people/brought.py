"""A CV that a person brings: read, shown, and only what is ticked goes into the file.

    entries = entries_in(read_cv(data))         # raises UnreadableProfile, which says where and why
    keep(person, entries, by=caseworker)

Nothing is kept of a file but the entries somebody ticked. Names, addresses and numbers in it are not read into the file: they
stand there already as the person gave them, and an old CV must not overwrite them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.engine.coding import Answer
from kesher.formats import europass, isced, jsonresume
from kesher.formats.profile import Profile, UnreadableProfile
from kesher.people import abilities, eea, parts
from kesher.people.consents import PERSON, acts_for_file
from kesher.people.models import Experience, LanguageSkill, Person, PersonSkill, Qualification
from kesher.people.profile import SKILLS
from kesher.words import code, proposals
from kesher.words.coders import loaded
from kesher.words.models import Kind
from kesher.words.vocabularies import SKILL

LARGEST: Final = jsonresume.LARGEST
#: Entries of one kind that are taken from one file.
MOST: Final = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """Something a CV says. ``kind``: "language", "school", "work" or "skill"; ``values``: plain, as they go into the file."""

    kind: str
    line: str
    values: dict[str, Any] = field(default_factory=dict)


def read_cv(data: bytes) -> Profile:
    """A JSON Resume or a Europass file, told apart by how it begins. Raises :class:`UnreadableProfile`."""
    if len(data) > LARGEST:
        raise UnreadableProfile("file", str(_("The file is too large.")))
    begin = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if begin == b"{":
        return jsonresume.to_profile(jsonresume.read(data))
    if begin == b"<":
        return europass.read(data)
    raise UnreadableProfile("file", str(_("This is neither a JSON Resume nor a Europass file (XML).")))


def entries_in(profile: Profile) -> list[Entry]:
    """What can go into a file, in the order of the CV; each once, at most :data:`MOST` of a kind."""
    found: list[Entry] = []
    for lists in (_languages(profile), _schools(profile), _works(profile), _skills(profile)):
        once = {(one.kind, one.line): one for one in lists}
        found += list(once.values())[:MOST]
    return found


def _languages(profile: Profile) -> Iterable[Entry]:
    ours = {theirs: own for own, theirs in SKILLS.items()}
    for one in profile.languages:
        code_ = one.code.split("-")[0].lower() or _named().get(one.name.strip().casefold(), "")
        if not code_ or len(code_) > 10:
            continue
        levels = {ours[name]: str(level) for name, level in one.levels()}
        if one.native and not levels:
            levels = dict.fromkeys(SKILLS, "C2")
        yield Entry("language", one.name or code_, {"language": _two_letters(code_), **levels})


@lru_cache(maxsize=1)
def _named() -> dict[str, str]:
    """Codes of languages by what they are called in English and by themselves, for CVs that say no more."""
    found = {"amharic": "am", "አማርኛ": "am", "tigrinya": "ti", "somali": "so"}
    for code_, info in LANG_INFO.items():
        for name in (info.get("name"), info.get("name_local")):
            if name and "-" not in code_:
                found.setdefault(str(name).casefold(), code_)
    return found


#: Europass writes languages with three letters (ISO 639-2); those the portal speaks have two here.
_THREE: Final = {
    "eng": "en",
    "heb": "he",
    "ara": "ar",
    "rus": "ru",
    "ukr": "uk",
    "fra": "fr",
    "fre": "fr",
    "amh": "am",
} | {
    "spa": "es",
    "por": "pt",
    "ron": "ro",
    "rum": "ro",
    "hin": "hi",
    "fas": "fa",
    "per": "fa",
    "tur": "tr",
    "kat": "ka",
    "geo": "ka",
    "tir": "ti",
    "som": "so",
    "deu": "de",
    "ger": "de",
}


def _two_letters(code_: str) -> str:
    return _THREE.get(code_, code_)


def _year(day: str | None) -> int | None:
    return int(day[:4]) if day else None


def _span(start: str | None, end: str | None) -> dict[str, int | None]:
    begun, ended = _year(start), _year(end)
    if begun is not None and ended is not None and ended < begun:
        begun = None
    return {"begun": begun, "ended": ended}


def _country(code_: str) -> str:
    return code_.upper() if len(code_) == 2 and code_.isascii() and code_.isalpha() else ""


def _clean(text: str, longest: int) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:longest]


def _field(said: str) -> str:
    """The ISCED-F code in what a CV gives as a field, the code itself or an address that ends in it; "" for what is none."""
    code_ = said.rstrip("/").rpartition("/")[2]
    short = len(code_) in (2, 3, 4) and code_.isascii() and code_.isdigit()
    return code_ if short and isced.names_of(code_) else ""


def _schools(profile: Profile) -> Iterable[Entry]:
    for one in profile.education:
        title = _clean(one.title or one.field or one.institution, 200)
        if not title:
            continue
        values = {
            "title": title,
            "field_code": next(filter(None, map(_field, one.fields)), ""),
            "institution": _clean(one.institution, 200),
            "country": _country(one.country),
            "eqf": one.level,
            **_span(one.start, one.end),
        }
        yield Entry("school", " · ".join(str(x) for x in (title, values["institution"], values["ended"]) if x), values)
    for paper in profile.certificates:
        if name := _clean(paper.name, 200):
            values = {"title": name, "institution": _clean(paper.issuer, 200), "ended": _year(paper.date)}
            yield Entry("school", " · ".join(str(x) for x in (name, values["institution"]) if x), values)


def _works(profile: Profile) -> Iterable[Entry]:
    for one in profile.work:
        words = _clean(one.position or one.description, 200)
        if not words:
            continue
        values = {
            "words": words,
            "country": _country(one.country),
            "kind": "volunteer" if one.voluntary else "paid",
            "language": profile.language.split("-")[0][:10],
            **_span(one.start, one.end),
        }
        years = "–".join(str(year) for year in (values["begun"], values["ended"]) if year)
        yield Entry("work", " · ".join(x for x in (words, years) if x), values)


def _skills(profile: Profile) -> Iterable[Entry]:
    """Those whose address our lists know, or that are one of our skills by their name; others are words of no list."""
    known = loaded(SKILL)
    language = profile.language.split("-")[0]
    for one in profile.skills[:MOST]:
        for words in dict.fromkeys((one.name, *one.keywords)):
            words = _clean(words, 200)
            uri = one.uri if words == _clean(one.name, 200) and one.uri and known.concept(one.uri) else ""
            if not uri and words:
                coding = code(words, language=language, kind=SKILL, top=1)
                uri = coding.candidates[0].uri if coding.answer is Answer.CODE else ""
            if uri:
                yield Entry("skill", words, {"uri": uri, "words": words, "language": language})


def keep(person: Person, entries: Iterable[Entry], *, by: Actor, from_eea: bool = False) -> int:
    """Write these into the file, all or none; the number that are new there. ``from_eea``: what :func:`is_from_eea` says.

    Raises :class:`Refused` for whoever may not write into the file, and ValidationError for what cannot be. Of a language that
    the person has judged already, what stands there stays.
    """
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    made = 0
    with transaction.atomic(), acting(actor=by, reason="taken from a CV"):
        for one in entries:
            made += _kept(person, one, by)
        if from_eea:
            eea.came_from_there(person)
    return made


def is_from_eea(profile: Profile) -> bool:
    """Whether the CV says that whom it is about lives in the European Economic Area."""
    return eea.is_there(profile.country)


def _kept(person: Person, entry: Entry, by: Actor) -> bool:
    values = dict(entry.values)
    if entry.kind == "language":
        judge = LanguageSkill.Judge.PERSON
        if person.languages.filter(language=values["language"], judge=judge).exists():
            return False
        parts.keep(LanguageSkill(person=person, judge=judge, **values), by=by)
    elif entry.kind == "school":
        same = {name: values.get(name) for name in ("title", "institution", "ended")}
        if person.qualifications.filter(**same).exists():
            return False
        # the CV says that there is a paper; whether it is there is asked
        parts.keep(Qualification(person=person, proof=Qualification.Proof.LOST, **values), by=by)
    elif entry.kind == "work":
        if person.experiences.filter(words=values["words"], begun=values["begun"]).exists():
            return False
        if (
            PERSON in by.roles or by.organisation_id is None
        ):  # nobody keeps the words to be coded: they wait in the file
            parts.keep(Experience(person=person, **values), by=by)
        else:
            coding = code(values["words"], language=values["language"])
            proposal = proposals.record(coding, kind=Kind.OCCUPATION, language=values["language"], by=by)
            parts.keep(Experience(person=person, proposal_id=proposal.pk, **values), by=by)
    elif entry.kind == "skill":
        before = person.skills.filter(uri=values["uri"]).exists()
        source = PersonSkill.Source.BROUGHT
        abilities.propose(
            person, values["uri"], source=source, words=values["words"], language=values["language"], by=by
        )
        return not before
    else:
        raise ValidationError(_("This is not a part of a file."))
    return True
