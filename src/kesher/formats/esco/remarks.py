"""Every fault the reader can tell, with its words. The only place of this package where a refusal is made.

A fault has a name, what is wrong, and what to do; ``fatal`` faults left the row out, the others only a value of it.
"""

from dataclasses import dataclass
from typing import Final

from kesher.formats.files import Ledger
from kesher.formats.records import UnreadableFile
from kesher.formats.values import shown


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and what to do, in words with ``{named}`` parts."""

    reason: str
    remedy: str
    fatal: bool = True


FAULTS: Final[dict[str, Fault]] = {
    "not a table": Fault("It is no table of ESCO; it was not read.", "Leave it out, or check its name.", fatal=False),
    "other format": Fault(
        "Only the CSV files of ESCO are read, not {suffix}.", "Choose CSV where ESCO is downloaded.", fatal=False
    ),
    "same file": Fault("It is the same file as {first}.", "Nothing: it was read once.", fatal=False),
    "column missing": Fault(
        "The table {table} has no column {column}; nothing of it was read.", "Download the file again."
    ),
    "letters": Fault(
        "Not all letters are UTF-8; it was read as {encoding}.", "Take the file as it was downloaded.", fatal=False
    ),
    "row cells": Fault(
        "The row has {cells} cells, the header {width}.", "Take the file as downloaded, or mend quotes."
    ),
    "row quotes": Fault("A quote opened in this row is never closed.", "Take the file as it was downloaded."),
    "not an address": Fault("{value} is not the address (URI) of a concept.", "Download the file again."),
    "other kind": Fault("The row is one of {value}, in a table of {kind}.", "Move it to the table it belongs to."),
    "two kinds": Fault("The same address is one of the {kind} in {first}.", "Take both files from the same release."),
    "row twice": Fault("The concept stands in row {first} already.", "Delete one of the two rows."),
    "no preferred label": Fault(
        "There is no preferred label in “{language}”. Rows without one: {rows}, this one the first.",
        "Nothing: ESCO has not translated them, and another language is shown.",
        fatal=False,
    ),
    "label too long": Fault("A label has {length} characters, more than {limit}.", "Shorten it.", fatal=False),
    "unknown word": Fault("{value} is not known here.", "Tell us if a new release of ESCO uses it.", fatal=False),
    "zero lost": Fault("The code {value} lost its leading zero; {code} was taken.", "Keep codes as text.", fatal=False),
    "no such code": Fault("{value} is no ISCO unit group.", "Four digits are needed, such as 0110.", fatal=False),
    "other value": Fault(
        "{value} is {kept} in {first}; that was kept.", "Take all files from the same release.", fatal=False
    ),
    "only in hierarchy": Fault(
        "The group {value} is in the hierarchy but not among the skill groups; it was kept.",
        "Nothing, if ESCO left it there without skills; else take all files from the same release.",
        fatal=False,
    ),
    "dangling": Fault(
        "{value} is in no table of concepts. Rows that name it, all left out: {rows}, this one the first.",
        "Nothing, if ESCO withdrew it; else take all files from the same release.",
    ),
    "more dangling": Fault(
        "More addresses in no table of concepts: {addresses}. Rows that name them, all left out: {rows}.",
        "Take all files from the same release.",
    ),
    "unknown relation": Fault("{value} is no type of relation.", "Essential or optional is needed."),
    "no table": Fault(
        "It names {kind}, but no table of them was given. Rows left out: {rows}, this one the first.",
        "Give {table} of the same release too.",
    ),
    "wrong kinds": Fault("{value} is one of the {kind}, which cannot stand here.", "Download the file again."),
    "itself": Fault("The concept is related to itself.", "Nothing: the row was left out.", fatal=True),
    "in a circle": Fault(
        "{value} is broader than itself, through others.", "Take the file as it was downloaded.", fatal=False
    ),
}

UNREADABLE: Final[dict[str, tuple[str, str]]] = {
    "nothing": ("No table of ESCO is there.", "Give the zip or the folder of CSV files that ESCO offers."),
    "no concepts": ("No concept is there.", "Give occupations, ISCO groups or skills with the relations."),
    "no language": (
        "Its name does not say its language.",
        "Name it as ESCO does, such as occupations_en.csv, or give the language.",
    ),
    "no version": (
        "Several versions of ESCO were given, and this path does not say of which it is.",
        "Write it into the name, such as esco-v1.1.1.zip, or load the versions one by one.",
    ),
    "another file": (
        "{first} is the same table of the same release, with other content.",
        "Give one of them; of two releases, name the version in the paths.",
    ),
    "too many": ("{number} {what} are more than {limit}.", "Give the files of ESCO only."),
    "too large": ("The file holds {size} bytes, more than {limit}.", "No table of ESCO is so large; check the file."),
    "no header": ("The first row, which names the columns, is empty.", "Take the file as it was downloaded."),
    "column twice": ("The column {column} is there twice.", "Take the file as it was downloaded."),
}


class Remarks:
    """The faults of one reading, in the order they were met."""

    def __init__(self, ledger: Ledger | None = None) -> None:
        self.ledger = Ledger(kind="term") if ledger is None else ledger

    def tell(
        self,
        fault: str,
        file: str,
        row: int | None = None,
        field: str | None = None,
        /,
        *,
        record: str | None = None,
        **words: object,
    ) -> None:
        """Writes down the fault of that name; `words` fill its sentences."""
        said = FAULTS[fault]
        self.ledger.refuse(
            file,
            row,
            field,
            said.reason.format(**words),
            said.remedy.format(**words),
            record=record,
            fatal=said.fatal,
            kind="term",
        )


def unreadable(fault: str, file: str, /, **words: object) -> UnreadableFile:
    """The exception for a fault of a whole file, to be raised."""
    reason, remedy = UNREADABLE[fault]
    return UnreadableFile(file, reason.format(**words), remedy.format(**words))


def quoted(value: str) -> str:
    """A value as a remark shows it: what ESCO's addresses begin with is left out, long ones are cut."""
    return shown(value.removeprefix("http://data.europa.eu/esco/"), 80)
