"""Our reader held to published numbers of ESCO's releases, and to every trap they are known for."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from kesher.formats.esco.indexing import open_index, write_index
from kesher.formats.esco.reading import Reading, read
from kesher.formats.esco.taxonomy import Taxonomy, same
from kesher.formats.esco.vocabulary import (
    ISCO_GROUPS,
    OCCUPATIONS,
    SKILLS,
    ConceptKind,
    LabelRole,
    SkillType,
    collection_name,
)

#: Name, whether it passed (None: it could not be tried), and what was seen or why not.
Check = tuple[str, bool | None, str]
FIXTURES: Final = Path("conformance/esco")
#: The releases that are here, each in the files that hold it.
RELEASES: Final = {
    "v1.1.1": ("data/esco/esco-v1.1.1-classification-en.zip", "data/esco/esco-v1.1.1-relations.zip"),
}
LANGUAGES: Final = {
    "data/esco/esco-v1.0.8-occupations-26-languages.zip": ("occupations", 2942),
    "data/esco/esco-v1.0.8-isco-groups-26-languages.zip": ("ISCOGroups", 619),
}


def conformance(shared: Path) -> Iterator[Check]:
    """All checks: published counts of each release, the fixtures' traps, the many languages of 1.0.8."""
    expected: dict[str, dict[str, int | str]] = json.loads((shared / FIXTURES / "expected_counts.json").read_bytes())
    for release, numbers in expected.items():
        paths = [shared / path for path in RELEASES.get(release, ())]
        if not paths or not all(path.exists() for path in paths):
            yield from ((f"{release} {name}", None, f"the files of {release} are not here") for name in numbers)
            continue
        yield from counts(release, read(*paths), numbers)
    yield from traps(shared / FIXTURES / "loader-fixtures-v1.2.0")
    yield from languages(shared)


def counts(release: str, reading: Reading, numbers: dict[str, Any]) -> Iterator[Check]:
    """Rows of each table, and what is known to be odd in them."""
    found = counted(reading)
    for name, number in numbers.items():
        seen = found.get(name)
        yield f"{release} {name}", seen == number, f"{seen} were found, {number} are published"


def counted(reading: Reading) -> dict[str, int]:
    """The numbers of ``expected_counts.json``, by its names, of what was read."""
    taxonomy, tally = reading.taxonomy, reading.tally
    several = np.bincount(taxonomy.relations.broader[:, 0], minlength=len(taxonomy)) > 1
    kind = taxonomy.concepts.kind
    relations = tally.values.get(("occupationSkillRelations", "relationType"), Counter())
    lost = [one for one in reading.dangling if one.field == "occupationUri"]
    typed = tally.values.get(("occupationSkillRelations", "skillType"), Counter())
    untyped = (kind == ConceptKind.SKILL) & (taxonomy.concepts.skill_type == SkillType.NONE)
    taken = {
        layout.name: len(taxonomy.of_kind(layout.kind)) for layout in (OCCUPATIONS, SKILLS, ISCO_GROUPS) if layout.kind
    }
    collected = {table: collection_name(table) for table in tally.rows}
    members = {table: len(taxonomy.members(name)) for table, name in collected.items() if name}
    return {
        **tally.rows,
        **taken,
        **members,
        "skillsHierarchy_rows": tally.rows["skillsHierarchy"],
        "skillsHierarchy_short_rows": tally.short["skillsHierarchy"],
        "dangling_occupation_uris_in_relations": sum(len(one.rows) for one in lost),
        "empty_skillType_in_skills": int(untyped.sum()),
        "empty_skillType_in_occupationSkillRelations": typed[""],
        "skills_with_more_than_one_broader": int((several & (kind == ConceptKind.SKILL)).sum()),
        "occupations_with_more_than_one_broader": int((several & (kind == ConceptKind.OCCUPATION)).sum()),
        "essential": relations["essential"],
        "optional": relations["optional"],
    }


def traps(folder: Path) -> Iterator[Check]:
    """The rows selected from 1.2.0, each for a reason."""
    if not folder.is_dir():
        yield "fixtures", None, f"{folder.name} is not here"
        return
    reading = read(folder)
    taxonomy, rows = reading.taxonomy, reading.tally.rows

    def concept(part: str) -> int:
        return taxonomy.index_of[f"http://data.europa.eu/esco/{part}"]

    director = concept("occupation/00030d09-2b3a-4efd-87cc-c4ea39d27c34")
    alternatives = [one for one in taxonomy.labels_of(director) if one.role is LabelRole.ALTERNATIVE]
    yield "line breaks in rows: rows", rows["occupations"] == 26 and rows["ISCOGroups"] == 27, f"{dict(rows)}"
    yield "line breaks in rows: labels", len(alternatives) == 6, f"{[one.text for one in alternatives]}"
    yield "short rows", reading.tally.short["skillsHierarchy"] == 16, f"{reading.tally.short['skillsHierarchy']} found"
    group = concept("skill/335228d2-297d-4e0e-a6ee-bc6a8dc110d9")
    yield (
        "short rows: the code stands in its column",
        taxonomy.concepts.code[group] == "S",
        taxonomy.concepts.code[group],
    )
    fleet = concept("occupation/0b1d8dcb-d941-4d79-99bf-fc10c1806c43")
    codes = (taxonomy.concepts.isco[fleet], taxonomy.concepts.code[fleet])
    yield "leading zeros of an occupation", codes == ("0110", "0110.9"), f"{codes}"
    military = taxonomy.concepts.isco_group[fleet]
    held = taxonomy.concepts.uri[military].endswith("/C0110") if military >= 0 else False
    yield "leading zeros: the ISCO group is found", held, f"{military}"
    isced = [taxonomy.concepts.code[concept(f"isced-f/{code}")] for code in ("00", "000", "0000")]
    yield "leading zeros of a group", isced == ["00", "000", "0000"], f"{isced}"
    lost = {one.uri for one in reading.dangling if one.field == "occupationUri"}
    yield "dangling relations", len(lost) == 5, f"{len(lost)} occupations found that no table lists"
    said = {one.record for one in reading.refusals if one.fatal and one.row and one.remedy}
    yield "dangling relations are told", lost <= said, f"{len(lost & said)} of {len(lost)} told"
    art = taxonomy.broader(concept("occupation/0bce6d52-a45e-4826-91ea-68976f1b9d1c"))
    above = [taxonomy.concepts.uri[one].rpartition("/")[2] for one in art]
    above += [
        one.uri.rpartition("/")[2][:8] for one in reading.dangling if one.field == "broaderUri" and 37 in one.rows
    ]
    yield "polyhierarchy", set(above) == {"C2654", "cb93fd23"}, f"{above}"
    wanted = {"digcomp skills", "green skills", "language skills", "research occupations", "transversal skills"}
    yield "collections", set(taxonomy.collections) == wanted, f"{taxonomy.collections}"
    with tempfile.TemporaryDirectory() as place:
        write_index(taxonomy, Path(place) / "index.npz")
        yield "the index gives back what was read", same(open_index(Path(place) / "index.npz"), taxonomy), "it differs"


def languages(shared: Path) -> Iterator[Check]:
    """1.0.8 in 26 languages: as many concepts as in one, and labels in each."""
    for name, (table, number) in LANGUAGES.items():
        path = shared / name
        if not path.exists():
            yield f"v1.0.8 {table}", None, f"{path.name} is not here"
            continue
        reading = read(path)
        taxonomy = reading.taxonomy
        kind = ConceptKind.OCCUPATION if table == "occupations" else ConceptKind.ISCO_GROUP
        found = len(taxonomy.of_kind(kind))
        yield f"v1.0.8 {table}: concepts", found == number, f"{found} found, {number} published"
        came = len(reading.tally.languages[table])
        yield f"v1.0.8 {table}: languages", came == 26, f"{came} found"
        yield from _named(taxonomy, table)


def _named(taxonomy: Taxonomy, table: str) -> Iterator[Check]:
    """Preferred labels by language: at most one per concept; how many is what ESCO translated."""
    labels = taxonomy.labels
    preferred = labels.role == LabelRole.PREFERRED
    pairs = np.stack([labels.concept[preferred], labels.language[preferred].astype(np.int32)], axis=1)
    distinct = len(np.unique(pairs, axis=0))
    yield f"v1.0.8 {table}: one preferred label each", distinct == len(pairs), f"{len(pairs)} for {distinct}"
