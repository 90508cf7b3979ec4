"""The starter taxonomy of ``kesher/data/isco``: tab-separated lists in, columns out.

Every table is UTF-8 with LF, one row of headings, no quoting. A table that is not what its headings promise raises
:class:`BrokenList`, which names file and line, because these lists are edited by hand.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

#: Where the lists lie that come with Kesher.
FOLDER: Final = Path(__file__).resolve().parent.parent / "data" / "isco"
#: Heads of addresses: ESCO's of an ISCO group, and ours of a skill ESCO has no near concept for.
ESCO_GROUP: Final = "http://data.europa.eu/esco/isco/C"
OWN_SKILL: Final = "urn:kesher:skill:"


class BrokenList(ValueError):
    """A list does not hold what its headings promise; the message names file and line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """Everyday titles: one entry per form in each column (a feminine form is an entry of its own)."""

    text: tuple[str, ...]
    isco08: tuple[str, ...]  # four digits
    language: tuple[str, ...]
    kind: tuple[str, ...]  # "usual", "spoken", "variant"
    row: tuple[int, ...]  # the two forms of one row share its number

    def __len__(self) -> int:
        return len(self.text)


@dataclass(frozen=True, slots=True)
class AmbiguousTitle:
    """A title of several unit groups, the likeliest first, and what to ask in each language."""

    language: str
    title: str
    isco08: tuple[str, ...]
    question: dict[str, str]


@dataclass(frozen=True, slots=True)
class ListedSkill:
    """One skill of the controlled list; `uri` is ESCO's where the list names a near concept there, else ours."""

    id: str
    kind: str
    uri: str
    label: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterTaxonomy:
    """All lists, as read."""

    group: dict[str, dict[str, str]]  # code of 1 to 4 digits -> language -> name
    titles: Titles
    ambiguous: tuple[AmbiguousTitle, ...]
    skills: tuple[ListedSkill, ...]
    unit_skills: tuple[tuple[str, str, int], ...]  # unit group, id of the skill, 1 (heart of the work) to 3 (often)

    @property
    def unit_groups(self) -> tuple[str, ...]:
        """The codes of the unit groups (four digits), in order."""
        return tuple(sorted(code for code in self.group if len(code) == 4))


def mark(folder: Path = FOLDER) -> str:
    """A name for what all lists of a folder hold, without reading their rows: equal lists, equal name."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(folder.glob("*.tsv")):
        digest.update(hashlib.blake2b(path.name.encode() + path.read_bytes(), digest_size=8).digest())
    return digest.hexdigest()


def read(folder: Path = FOLDER) -> StarterTaxonomy:
    """Reads every list of a folder. Languages are those with a list of titles. Raises BrokenList, OSError."""
    languages = sorted(path.stem for path in folder.glob("??.tsv"))
    groups = list(_Table(folder / "groups.tsv").rows("code"))
    names = [name for name in groups[0] if name != "code"] if groups else []
    text: list[str] = []
    isco08: list[str] = []
    spoken_in: list[str] = []
    kind: list[str] = []
    row: list[int] = []
    number = 0
    for language in languages:
        for cells in _Table(folder / f"{language}.tsv").rows("isco08", "title", "feminine", "kind"):
            for form in filter(None, (cells["title"], cells["feminine"])):
                text.append(form)
                isco08.append(cells["isco08"])
                spoken_in.append(language)
                kind.append(cells["kind"])
                row.append(number)
            number += 1
    return StarterTaxonomy(
        group={cells["code"]: {name: cells[name] for name in names if cells[name]} for cells in groups},
        titles=Titles(
            text=tuple(text), isco08=tuple(isco08), language=tuple(spoken_in), kind=tuple(kind), row=tuple(row)
        ),
        ambiguous=tuple(
            AmbiguousTitle(
                cells["lang"], cells["title"], tuple(cells["codes"].split(" ")), _by_language(cells, "question_")
            )
            for cells in _Table(folder / "ambiguous.tsv").rows("lang", "title", "codes")
        ),
        skills=tuple(
            ListedSkill(
                cells["id"],
                cells["kind"],
                cells["esco"] or OWN_SKILL + cells["id"],
                {name: cells[name] for name in names if cells.get(name)},
            )
            for cells in _Table(folder / "skills.tsv").rows("id", "kind", "esco")
        ),
        unit_skills=tuple(
            (cells["isco08"], cells["skill"], int(cells["weight"]))
            for cells in _Table(folder / "unit_skills.tsv").rows("isco08", "skill", "weight")
        ),
    )


def _by_language(cells: dict[str, str], head: str) -> dict[str, str]:
    return {name.removeprefix(head): said for name, said in cells.items() if name.startswith(head) and said}


@dataclass(frozen=True)
class _Table:
    path: Path

    @cached_property
    def lines(self) -> list[str]:
        try:
            return self.path.read_bytes().decode("utf-8").removesuffix("\n").split("\n")
        except UnicodeDecodeError as fault:
            raise BrokenList(f"{self.path.name}: byte {fault.start} is not UTF-8.") from fault

    def rows(self, *needed: str) -> Iterator[dict[str, str]]:
        """Each row by its headings; `needed` are the columns without which the table is another one."""
        names = self.lines[0].split("\t")
        missing = [name for name in needed if name not in names]
        if missing:
            raise BrokenList(f"{self.path.name}, line 1: there is no column {', '.join(missing)}.")
        for number, line in enumerate(self.lines[1:], 2):
            cells = line.split("\t")
            if len(cells) != len(names):
                raise BrokenList(
                    f"{self.path.name}, line {number}: {len(cells)} cells under {len(names)} headings; "
                    "write one tab between cells."
                )
            yield dict(zip(names, cells, strict=True))
