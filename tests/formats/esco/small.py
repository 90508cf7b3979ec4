"""A small release of ESCO, written as ESCO writes them, for tests that need no shared data.

Invented rows with real layouts: two occupations below one another, their ISCO groups, three skills of which one has two
broader groups, a collection, one relation of each kind.
"""

import csv
import io
import zipfile
from pathlib import Path

BASE = "http://data.europa.eu/esco/"
BAKER, PASTRY, OFFICER = (f"{BASE}occupation/{name}" for name in ("baker", "pastry", "officer"))
KNEAD, OVENS, FLOUR = (f"{BASE}skill/{name}" for name in ("knead", "ovens", "flour"))
MAKING, HEATING, TOP = (f"{BASE}skill/{name}" for name in ("making", "heating", "top"))
SCHEMES = f"{BASE}concept-scheme/occupations,\n{BASE}concept-scheme/member-occupations"

OCCUPATION_COLUMNS = ["conceptType", "conceptUri", "iscoGroup", "preferredLabel", "altLabels", "hiddenLabels", "status"]
OCCUPATION_COLUMNS += [
    "modifiedDate",
    "regulatedProfessionNote",
    "scopeNote",
    "definition",
    "inScheme",
    "description",
    "code",
]
SKILL_COLUMNS = ["conceptType", "conceptUri", "skillType", "reuseLevel", "preferredLabel", "altLabels", "hiddenLabels"]
SKILL_COLUMNS += ["status", "modifiedDate", "scopeNote", "definition", "inScheme", "description"]


def occupation(uri, isco, code, label, *others, hidden="", kind="Occupation", regulated="un"):
    note = f"{BASE}regulated-professions/{regulated}regulated"
    words = f"A {label},\nwho works."
    return [
        kind,
        uri,
        isco,
        label,
        "\n".join(others),
        hidden,
        "released",
        "2024-01-25T11:28:50Z",
        note,
        "",
        "",
        SCHEMES,
        words,
        code,
    ]


def skill(uri, label, *others, type="skill/competence", reuse="cross-sector", kind="KnowledgeSkillCompetence"):
    return [
        kind,
        uri,
        type,
        reuse,
        label,
        "\n".join(others),
        "",
        "released",
        "",
        "",
        "",
        f"{BASE}concept-scheme/skills",
        "",
    ]


def group(code, label):
    return [
        "ISCOGroup",
        f"{BASE}isco/C{code}",
        code,
        label,
        "released",
        "",
        f"{BASE}concept-scheme/isco",
        "Tasks:\n(a) x;",
    ]


def release() -> dict[str, tuple[list[str], list[list[str]]]]:
    """Table file -> header and rows."""
    return {
        "occupations_en.csv": (
            OCCUPATION_COLUMNS,
            [
                occupation(
                    BAKER, "7512", "7512.1", "baker", "baker", "bread baker", "flat bread  baker", hidden="bakker"
                ),
                occupation(PASTRY, "7512", "7512.1.1", "pastry baker", regulated=""),
                occupation(OFFICER, "0110", "0110.1", "officer"),
            ],
        ),
        "ISCOGroups_en.csv": (
            ["conceptType", "conceptUri", "code", "preferredLabel", "status", "altLabels", "inScheme", "description"],
            [
                *(group(code, f"group {code}") for code in ("0", "01", "011", "0110")),
                *(group(code, f"group {code}") for code in ("7", "75", "751", "7512")),
            ],
        ),
        "skills_en.csv": (
            SKILL_COLUMNS,
            [
                skill(KNEAD, "knead dough", "work dough"),
                skill(OVENS, "tend ovens", reuse="sector-specific"),
                skill(FLOUR, "flour", type="knowledge", reuse="occupation-specific"),
            ],
        ),
        "skillGroups_en.csv": (
            ["conceptType", "conceptUri", "preferredLabel", "altLabels", "hiddenLabels", "status", "inScheme", "code"],
            [
                ["SkillGroup", TOP, "skills", "", "", "released", "", "S"],
                ["SkillGroup", MAKING, "making", "", "", "released", "", "S1"],
                ["SkillGroup", HEATING, "heating", "", "", "released", "", "S2"],
            ],
        ),
        "skillsHierarchy_en.csv": (
            [f"Level {level} {what}" for level in range(4) for what in ("URI", "preferred term")]
            + ["Description", "Scope note", *(f"Level {level} code" for level in range(4))],
            [
                [TOP, "skills", *[""] * 8, "S"],
                [TOP, "skills", MAKING, "making", *[""] * 6, "S", "S1"],
                [TOP, "skills", HEATING, "heating", *[""] * 6, "S", "S2"],
            ],
        ),
        "broaderRelationsOccPillar.csv": (
            ["conceptType", "conceptUri", "broaderType", "broaderUri"],
            [
                ["Occupation", PASTRY, "Occupation", BAKER],
                ["Occupation", BAKER, "ISCOGroup", f"{BASE}isco/C7512"],
                ["Occupation", OFFICER, "ISCOGroup", f"{BASE}isco/C0110"],
                *(
                    ["ISCOGroup", f"{BASE}isco/C{code}", "ISCOGroup", f"{BASE}isco/C{code[:-1]}"]
                    for code in ("01", "011", "0110", "75", "751", "7512")
                ),
            ],
        ),
        "broaderRelationsSkillPillar.csv": (
            ["conceptType", "conceptUri", "broaderType", "broaderUri"],
            [
                ["KnowledgeSkillCompetence", KNEAD, "SkillGroup", MAKING],
                ["KnowledgeSkillCompetence", OVENS, "SkillGroup", MAKING],
                ["KnowledgeSkillCompetence", OVENS, "SkillGroup", HEATING],
                ["SkillGroup", MAKING, "SkillGroup", TOP],
                ["SkillGroup", HEATING, "SkillGroup", TOP],
            ],
        ),
        "occupationSkillRelations.csv": (
            ["occupationUri", "relationType", "skillType", "skillUri"],
            [
                [BAKER, "essential", "skill/competence", KNEAD],
                [BAKER, "optional", "knowledge", FLOUR],
                [PASTRY, "essential", "skill/competence", OVENS],
            ],
        ),
        "skillSkillRelations.csv": (
            ["originalSkillUri", "originalSkillType", "relationType", "relatedSkillType", "relatedSkillUri"],
            [[KNEAD, "skill/competence", "optional", "knowledge", FLOUR]],
        ),
        "greenSkillsCollection_en.csv": (
            ["conceptType", "conceptUri", "preferredLabel", "broaderConceptUri"],
            [["KnowledgeSkillCompetence", OVENS, "tend ovens", f"{MAKING} | {HEATING}"]],
        ),
        "conceptSchemes_en.csv": (
            ["conceptType", "conceptSchemeUri", "preferredLabel", "title", "status", "description", "hasTopConcept"],
            [
                [
                    "ConceptScheme",
                    f"{BASE}concept-scheme/skills",
                    "ESCO skills",
                    "",
                    "released",
                    "",
                    f"{TOP},\n{MAKING}",
                ],
                ["ConceptScheme", f"{BASE}concept-scheme/label-role", "roles", "", "", "", f"{BASE}label-role/male"],
            ],
        ),
    }


def written(header, rows, **dialect) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n", **dialect)
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode()


def folder(place: Path, tables=None, *, name="esco-v1.2.0") -> Path:
    """The tables as files of a new folder."""
    path = place / name
    path.mkdir()
    for file, (header, rows) in (release() if tables is None else tables).items():
        (path / file).write_bytes(written(header, rows))
    return path


def zipped(place: Path, tables=None, *, name="ESCO dataset - v1.2.0 - classification - en - csv.zip") -> Path:
    """The same in a zip."""
    path = place / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, (header, rows) in (release() if tables is None else tables).items():
            archive.writestr(file, written(header, rows))
    return path
