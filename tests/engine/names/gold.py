"""The hand-written names of ``tests/data/names``: odd lines are what was tuned on, even ones are held out."""

from itertools import combinations
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "data" / "names"
TUNED, HELD_OUT = 1, 0


def rows(name: str, half: int | None = None) -> list[list[str]]:
    """The lines of a file without their number, of one half or of both."""
    lines = [line.split("\t") for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]
    return [fields[1:] for fields in lines if half is None or int(fields[0]) % 2 == half]


def people(half: int | None = None, *, file: str = "same.tsv") -> list[list[str]]:
    """The spellings of each invented person."""
    return [spellings.split(" | ") for (spellings,) in rows(file, half)]


def same(half: int | None = None, *, file: str = "same.tsv") -> list[tuple[str, str]]:
    """Every two spellings of a person."""
    return [pair for spellings in people(half, file=file) for pair in combinations(spellings, 2)]


def different(half: int | None = None) -> list[tuple[str, str]]:
    """Hard pairs that are two persons."""
    return [(one, two) for one, two in rows("different.tsv", half)]


def strangers(half: int | None = None) -> list[tuple[str, str]]:
    """Every two spellings of two persons."""
    return [
        pair for one, two in combinations(people(half), 2) for pair in ((left, right) for left in one for right in two)
    ]


def script(name: str) -> str:
    """Which of the five scripts a name is in."""
    for letter in name:
        code = ord(letter)
        if letter.isalpha():
            if 0x0400 <= code <= 0x052F:
                return "Cyrillic"
            if 0x0590 <= code <= 0x05FF:
                return "Hebrew"
            if 0x0600 <= code <= 0x08FF:
                return "Arabic"
            if 0x1200 <= code <= 0x137F:
                return "Ethiopic"
            return "Latin"
    raise ValueError(f"no letters in {name!r}")
