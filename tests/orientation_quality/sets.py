"""The written situations, read: what somebody would say, what they would answer, and what is right for them."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
FILES: Mapping[str, str] = {
    "tuned": "situations.csv",
    "development": "development.csv",
    "held-out": "held_out.csv",
    "miami": "miami.csv",
    "held-out-2": "held_out_2.csv",
    "miami-2": "miami_2.csv",
    "miami-3": "miami_3.csv",
}


@dataclass(frozen=True, slots=True)
class Written:
    """One situation. ``who``: person or business; ``right``: any of them counts.

    ``right`` names offers of ``kesher.demo.services``, in the sets of Miami the services of the file by their identifiers.
    """

    number: int
    language: str
    who: str
    words: str
    facts: Mapping[str, Any]
    right: frozenset[str]

    @property
    def cell(self) -> str:
        return f"{self.language} {self.who}"


def load_set(which: str) -> list[Written]:
    """The situations of a set, in the order written. Raises ``KeyError`` for a set that there is not."""
    return load_file(FOLDER / FILES[which])


def load_file(path: Path) -> list[Written]:
    """The situations of a file. Nothing is right of a situation that nobody has judged yet."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Written(
                number=int(row["n"]),
                language=row["language"],
                who=row["who"],
                words=row["words"],
                facts=json.loads(row["facts"]),
                right=frozenset(row["right"].split("|")) if row["right"] else frozenset(),
            )
            for row in csv.DictReader(file)
        ]
