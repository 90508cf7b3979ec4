"""Every fault the reader can tell, with its remark. The only place of this package where a refusal is made.

A remark has a code, what is wrong, and what to do; ``fatal`` faults left the row out, the others only a value of it. The
fault "row twice" is the remark "esco-row-twice".
"""

from dataclasses import dataclass
from typing import Final

from kesher.formats.files import Ledger
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import Remark, brief
from kesher.formats.remarks import marked as _


@dataclass(frozen=True, slots=True)
class Fault:
    """What is said, and whether the row was left out."""

    remark: Remark
    fatal: bool = True


FAULTS: Final[dict[str, Fault]] = {
    "not a table": Fault(
        Remark(
            "esco-not-a-table", _("It is no table of ESCO; it was not read."), _("Leave it out, or check its name.")
        ),
        fatal=False,
    ),
    "other format": Fault(
        Remark(
            "esco-other-format",
            _("Only the CSV files of ESCO are read, not {suffix}."),
            _("Choose CSV where ESCO is downloaded."),
        ),
        fatal=False,
    ),
    "same file": Fault(
        Remark("esco-same-file", _("It is the same file as {first}."), _("Nothing: it was read once.")), fatal=False
    ),
    "column missing": Fault(
        Remark(
            "esco-column-missing",
            _("The table {table} has no column {column}; nothing of it was read."),
            _("Download the file again."),
        )
    ),
    "letters": Fault(
        Remark(
            "esco-letters",
            _("Not all letters are UTF-8; it was read as {encoding}."),
            _("Take the file as it was downloaded."),
        ),
        fatal=False,
    ),
    "row cells": Fault(
        Remark(
            "esco-row-cells",
            _("The row has {cells} cells, the header {width}."),
            _("Take the file as downloaded, or mend quotes."),
        )
    ),
    "row quotes": Fault(
        Remark(
            "esco-row-quotes",
            _("A quote opened in this row is never closed."),
            _("Take the file as it was downloaded."),
        )
    ),
    "not an address": Fault(
        Remark(
            "esco-not-an-address", _("“{value}” is not the address (URI) of a concept."), _("Download the file again.")
        )
    ),
    "other kind": Fault(
        Remark(
            "esco-other-kind",
            _("The row is one of {value}, in a table of {kind}."),
            _("Move it to the table it belongs to."),
        )
    ),
    "two kinds": Fault(
        Remark(
            "esco-two-kinds",
            _("The same address is one of the {kind} in {first}."),
            _("Take both files from the same release."),
        )
    ),
    "row twice": Fault(
        Remark("esco-row-twice", _("The concept stands in row {first} already."), _("Delete one of the two rows."))
    ),
    "no preferred label": Fault(
        Remark(
            "esco-no-preferred-label",
            _("There is no preferred label in “{language}”. Rows without one: {rows}, this one the first."),
            _("Nothing: ESCO has not translated them, and another language is shown."),
        ),
        fatal=False,
    ),
    "label too long": Fault(
        Remark("esco-label-too-long", _("A label has {length} characters, more than {limit}."), _("Shorten it.")),
        fatal=False,
    ),
    "unknown word": Fault(
        Remark("esco-unknown-word", _("“{value}” is not known here."), _("Tell us if a new release of ESCO uses it.")),
        fatal=False,
    ),
    "zero lost": Fault(
        Remark(
            "esco-zero-lost", _("The code “{value}” lost its leading zero; {code} was taken."), _("Keep codes as text.")
        ),
        fatal=False,
    ),
    "no such code": Fault(
        Remark("esco-no-such-code", _("“{value}” is no ISCO unit group."), _("Four digits are needed, such as 0110.")),
        fatal=False,
    ),
    "other value": Fault(
        Remark(
            "esco-other-value",
            _("“{value}” is “{kept}” in {first}; that was kept."),
            _("Take all files from the same release."),
        ),
        fatal=False,
    ),
    "only in hierarchy": Fault(
        Remark(
            "esco-only-in-hierarchy",
            _("The group “{value}” is in the hierarchy but not among the skill groups; it was kept."),
            _("Nothing, if ESCO left it there without skills; else take all files from the same release."),
        ),
        fatal=False,
    ),
    "dangling": Fault(
        Remark(
            "esco-dangling",
            _("“{value}” is in no table of concepts. Rows that name it, all left out: {rows}, this one the first."),
            _("Nothing, if ESCO withdrew it; else take all files from the same release."),
        )
    ),
    "more dangling": Fault(
        Remark(
            "esco-more-dangling",
            _("More addresses in no table of concepts: {addresses}. Rows that name them, all left out: {rows}."),
            _("Take all files from the same release."),
        )
    ),
    "unknown relation": Fault(
        Remark("esco-unknown-relation", _("“{value}” is no type of relation."), _("Essential or optional is needed."))
    ),
    "no table": Fault(
        Remark(
            "esco-no-table",
            _("It names {kind}, but no table of them was given. Rows left out: {rows}, this one the first."),
            _("Give {table} of the same release too."),
        )
    ),
    "wrong kinds": Fault(
        Remark(
            "esco-wrong-kinds",
            _("“{value}” is one of the {kind}, which cannot stand here."),
            _("Download the file again."),
        )
    ),
    "itself": Fault(Remark("esco-itself", _("The concept is related to itself."), _("Nothing: the row was left out."))),
    "in a circle": Fault(
        Remark(
            "esco-in-a-circle",
            _("“{value}” is broader than itself, through others."),
            _("Take the file as it was downloaded."),
        ),
        fatal=False,
    ),
}

UNREADABLE: Final[dict[str, Remark]] = {
    "nothing": Remark(
        "esco-nothing", _("No table of ESCO is there."), _("Give the zip or the folder of CSV files that ESCO offers.")
    ),
    "no concepts": Remark(
        "esco-no-concepts", _("No concept is there."), _("Give occupations, ISCO groups or skills with the relations.")
    ),
    "no language": Remark(
        "esco-no-language",
        _("Its name does not say its language."),
        _("Name it as ESCO does, such as occupations_en.csv, or give the language."),
    ),
    "no version": Remark(
        "esco-no-version",
        _("Several versions of ESCO were given, and this path does not say of which it is."),
        _("Write it into the name, such as esco-v1.1.1.zip, or load the versions one by one."),
    ),
    "another file": Remark(
        "esco-another-file",
        _("{first} is the same table of the same release, with other content."),
        _("Give one of them; of two releases, name the version in the paths."),
    ),
    "too many": Remark("esco-too-many", _("{number} {what} are more than {limit}."), _("Give the files of ESCO only.")),
    "too large": Remark(
        "esco-too-large",
        _("The file holds {size} bytes, more than {limit}."),
        _("No table of ESCO is so large; check the file."),
    ),
    "no header": Remark(
        "esco-no-header",
        _("The first row, which names the columns, is empty."),
        _("Take the file as it was downloaded."),
    ),
    "column twice": Remark(
        "esco-column-twice", _("The column “{column}” is there twice."), _("Take the file as it was downloaded.")
    ),
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
        """Writes down the fault of that name; of `words`, those that its sentences ask for fill them."""
        told = FAULTS[fault]
        said = told.remark(**{name: word for name, word in words.items() if name in told.remark.parameters})
        self.ledger.refuse(file, row, field, said, record=record, fatal=told.fatal, kind="term")


def unreadable(fault: str, file: str, /, **words: object) -> UnreadableFile:
    """The exception for a fault of a whole file, to be raised."""
    return UnreadableFile(file, UNREADABLE[fault](**words))


def quoted(value: str) -> str:
    """A value as a remark shows it: what ESCO's addresses begin with is left out, long ones are cut."""
    return brief(value.removeprefix("http://data.europa.eu/esco/"))
