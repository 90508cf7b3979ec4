"""The words ESCO uses for its concepts, labels and relations, and the tables of its CSV releases.

Structure of the releases: https://esco.ec.europa.eu/en/structure-esco-downloadable-datasets. The layouts were compared
over versions 1.0.8, 1.1.0, 1.1.1 and 1.2.0; columns that differ between them are not needed here.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

#: What every service that uses ESCO must say, in the Commission's own words, where its users can read it.
NOTICE: Final = "This service uses the ESCO classification of the European Commission."
#: The notice asks adapted versions to be told as such; this stands beside it when languages of an older release are lent.
ADAPTED: Final = "Adapted: labels of some languages come from an older release than the concepts."
DOWNLOAD: Final = "https://esco.ec.europa.eu/en/use-esco/download"

BASE: Final = "http://data.europa.eu/esco/"
ISCO: Final = f"{BASE}isco/C"

#: Concept schemes of ESCO whose members are words of its own data model, which no table lists as concepts.
MODEL_WORDS: Final = tuple(
    BASE + part
    for part in ("label-role/", "regulated-professions/", "relationship-type/", "skill-type/", "skill-reuse-level/")
)


class ConceptKind(IntEnum):
    """What a concept is. The numbers are stored in indexes: never change one."""

    OCCUPATION = 0
    ISCO_GROUP = 1
    SKILL = 2
    SKILL_GROUP = 3
    SCHEME = 4

    @property
    def esco(self) -> str:
        """ESCO's own word in ``conceptType``."""
        return ("Occupation", "ISCOGroup", "KnowledgeSkillCompetence", "SkillGroup", "ConceptScheme")[self]

    @property
    def plural(self) -> str:
        """Our word, for reports."""
        return ("occupations", "ISCO groups", "skills", "skill groups", "concept schemes")[self]


KIND_OF_WORD: Final = {kind.esco: kind for kind in ConceptKind}


class LabelRole(IntEnum):
    """Which label of a concept: the one to show, others it is known by, misspellings it is found by. Stored."""

    PREFERRED = 0
    ALTERNATIVE = 1
    HIDDEN = 2


class NoteKind(IntEnum):
    """Longer texts of a concept. Stored."""

    DESCRIPTION = 0
    SCOPE = 1
    DEFINITION = 2


class SkillType(IntEnum):
    """``skillType``. Stored; :attr:`NONE` where ESCO says nothing, and for what is no skill."""

    NONE = 0
    KNOWLEDGE = 1
    SKILL = 2


class ReuseLevel(IntEnum):
    """``reuseLevel``: from a skill of any work to that of one occupation. Stored."""

    NONE = 0
    TRANSVERSAL = 1
    CROSS_SECTOR = 2
    SECTOR_SPECIFIC = 3
    OCCUPATION_SPECIFIC = 4


SKILL_TYPES: Final = {"": SkillType.NONE, "knowledge": SkillType.KNOWLEDGE, "skill/competence": SkillType.SKILL}
REUSE_LEVELS: Final = {
    "": ReuseLevel.NONE,
    "transversal": ReuseLevel.TRANSVERSAL,
    "cross-sector": ReuseLevel.CROSS_SECTOR,
    "sector-specific": ReuseLevel.SECTOR_SPECIFIC,
    "occupation-specific": ReuseLevel.OCCUPATION_SPECIFIC,
}
ESSENTIAL: Final = {"essential": True, "optional": False}


@dataclass(frozen=True, slots=True)
class Layout:
    """One table of a release: its name, and the columns without which it cannot be read."""

    name: str
    needed: tuple[str, ...]
    #: what its rows are, for tables of concepts
    kind: ConceptKind | None = None
    #: the same in each language (relations): may stand several times, and needs no language
    of_all_languages: bool = False


OCCUPATIONS: Final = Layout("occupations", ("conceptUri", "iscoGroup", "preferredLabel"), ConceptKind.OCCUPATION)
ISCO_GROUPS: Final = Layout("ISCOGroups", ("conceptUri", "code", "preferredLabel"), ConceptKind.ISCO_GROUP)
SKILLS: Final = Layout("skills", ("conceptUri", "skillType", "preferredLabel"), ConceptKind.SKILL)
SKILL_GROUPS: Final = Layout("skillGroups", ("conceptUri", "preferredLabel"), ConceptKind.SKILL_GROUP)
SCHEMES: Final = Layout("conceptSchemes", ("conceptSchemeUri", "preferredLabel"), ConceptKind.SCHEME)
HIERARCHY: Final = Layout("skillsHierarchy", tuple(f"Level {level} URI" for level in range(4)))
OCCUPATION_BROADER: Final = Layout("broaderRelationsOccPillar", ("conceptUri", "broaderUri"), of_all_languages=True)
SKILL_BROADER: Final = Layout("broaderRelationsSkillPillar", ("conceptUri", "broaderUri"), of_all_languages=True)
OCCUPATION_SKILLS: Final = Layout(
    "occupationSkillRelations", ("occupationUri", "relationType", "skillUri"), of_all_languages=True
)
SKILL_SKILLS: Final = Layout(
    "skillSkillRelations", ("originalSkillUri", "relationType", "relatedSkillUri"), of_all_languages=True
)
#: Sets of concepts, one table each. ESCO adds and renames them (ICT skills of 1.1.0 became digital skills in 1.1.1).
COLLECTION: Final = Layout("Collection", ("conceptUri",), of_all_languages=True)

LAYOUTS: Final = (
    OCCUPATIONS,
    ISCO_GROUPS,
    SKILLS,
    SKILL_GROUPS,
    SCHEMES,
    HIERARCHY,
    OCCUPATION_BROADER,
    SKILL_BROADER,
    OCCUPATION_SKILLS,
    SKILL_SKILLS,
)

_NAME: Final = re.compile(r"(?P<name>[A-Za-z]+?)(?:_(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*))?", re.ASCII)
_COLLECTION: Final = re.compile(r"(?P<what>[A-Za-z]+?)(?P<of>Skills|Occupations)?Collection", re.ASCII)
#: ``ESCO dataset - v1.1.1 - classification - en - csv.zip``, ``esco_bundle_occupations_1.0.8/``
_VERSION: Final = re.compile(r"(?<![\d.])v?(\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)(?![\d.]*\d)", re.ASCII)


def named(stem: str) -> tuple[str, str | None]:
    """A file's name without its ending, cut into table and language tag in small letters.

    >>> named("occupations_pt"), named("broaderRelationsOccPillar")
    (('occupations', 'pt'), ('broaderRelationsOccPillar', None))
    """
    match = _NAME.fullmatch(stem)
    if match is None:
        return stem, None
    language = match["language"]
    return match["name"], language.lower() if language else None


def language_at_end(stem: str) -> str | None:
    """The language tag of two letters at the end of a name that is none of ESCO's own.

    >>> language_at_end("my_occupations_fr"), language_at_end("my occupations")
    ('fr', None)
    """
    match = re.search(r"[_-]([A-Za-z]{2})$", stem, re.ASCII)
    return match[1].lower() if match else None


def collection_name(table: str) -> str | None:
    """The collection a table holds, or None when it is no collection.

    >>> collection_name("greenSkillsCollection"), collection_name("researchOccupationsCollection")
    ('green skills', 'research occupations')
    """
    match = _COLLECTION.fullmatch(table)
    return f"{match['what'].lower()} {(match['of'] or '').lower()}".strip() if match else None


def layout_of(table: str, columns: list[str]) -> Layout | None:
    """The layout of a table: by its name, and when that says nothing by the columns only one table has."""
    for layout in LAYOUTS:
        if layout.name.lower() == table.lower():
            return layout
    if collection_name(table) is not None:
        return COLLECTION
    held = set(columns)
    for layout in (OCCUPATIONS, HIERARCHY, OCCUPATION_SKILLS, SKILL_SKILLS, SCHEMES):
        if held.issuperset(layout.needed):
            return layout
    if held.issuperset(OCCUPATION_BROADER.needed):
        return OCCUPATION_BROADER  # both pillars are read alike
    if held.issuperset(SKILLS.needed) and "broaderConceptUri" not in held:
        return SKILLS
    return None


def version_in(path: str) -> str | None:
    """The version of ESCO a path names, the last if several do.

    >>> version_in("esco-v1.0.8-occupations.zip"), version_in("occupations_en.csv")
    ('1.0.8', None)
    """
    found: list[str] = _VERSION.findall(path)
    return found[-1] if found else None


def version_order(version: str) -> tuple[int, ...]:
    """A key that sorts versions: 1.0.9 before 1.0.10; one that is not known before all."""
    return tuple(int(part) for part in re.findall(r"\d+", version))
