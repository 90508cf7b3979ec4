"""What was answered to "What is it most about?" for written situations: a table that is written, filled in by hand, and read.

One row for each time the page would ask: what was said, which time it is (``round``), what is offered in the language
of the words (``options``: ``code = name``, with a bar between), and an empty column ``answer``, for one of the codes
or ``none``. Nothing in it tells what is found, how high it stands or what was judged right.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.orientation_quality.sets import Written

COLUMNS = ("n", "language", "who", "words", "round", "options", "answer")
NONE = "none"
BETWEEN, IS = " | ", " = "


class Refused(Exception):
    """A file cannot be read; the message says where and why."""


@dataclass(frozen=True)
class Answer:
    """``offered``: the codes, as they were offered; ``code``: the one chosen, or :data:`NONE`."""

    offered: tuple[str, ...]
    code: str


#: Number of the situation -> its answers, by round.
Needs = Mapping[int, Sequence[Answer]]


def write_questions(path: Path, rows: Iterable[tuple[Written, int, Sequence[tuple[str, str]]]]) -> int:
    """rows: the situation, which time it is asked (1 to 3), codes and names of what is offered. Returns how many were
    written."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for row, number, options in rows:
            offered = BETWEEN.join(IS.join(one) for one in options)
            table.writerow([row.number, row.language, row.who, row.words, number, offered, ""])
            written += 1
    return written


def read_answers(paths: Iterable[Path], situations: Sequence[Written]) -> Needs:
    """Answers of one or more tables, the first round first; rows that are still empty are left out."""
    said = {row.number: row.words for row in situations}
    found: dict[int, dict[int, Answer]] = defaultdict(dict)
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line, row in enumerate(csv.DictReader(file), 2):
                if any(row.get(name) is None for name in COLUMNS):
                    raise Refused(f"{path}: row {line}: a table of answers has the columns {', '.join(COLUMNS)}")
                number = int(row["n"]) if row["n"].isdecimal() else None
                if number is None or said.get(number) != row["words"]:
                    raise Refused(f"{path}: row {line}, n, words: no such situation")
                if row["round"] not in ("1", "2", "3"):
                    raise Refused(f"{path}: row {line}, round: {row['round']!r} is none of 1, 2 and 3")
                offered = tuple(one.partition(IS)[0] for one in row["options"].split(BETWEEN))
                code = row["answer"].strip()
                if code and code not in (*offered, NONE):
                    raise Refused(f"{path}: row {line}, answer: {code!r} was not offered")
                if code:
                    found[number][int(row["round"])] = Answer(offered, code)
    return {number: [rounds[key] for key in sorted(rounds)] for number, rounds in found.items()}
