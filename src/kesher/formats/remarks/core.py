"""A remark is a code, a sentence that says what is wrong, a sentence that says what to do, and what differs from case to
case as named parameters: ``{value}``.

Declared once (:mod:`kesher.formats.remarks.say`), called where it happens:

    NOT_A_DATE = Remark("not-a-date", _("“{value}” is not a date."), _("Write it like 2024-01-31."))
    ledger.refuse(file, row, column, NOT_A_DATE(value="31/02"))

The English sentences are made here, for the command line and for files. They are also the keys of the translations, so that a
page says the same in its reader's language (:mod:`kesher.www.remarks`). This room knows no gettext: :func:`marked` only shows
the sentences to the program that collects them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Formatter

#: Code -> the remark. Filled as the vocabularies are imported.
REMARKS: "dict[str, Remark]" = {}
#: Characters of a parameter; of ``why``, which is what a library or a check said, and in its words.
LENGTH, LENGTH_OF_WHY = 60, 3_000
#: Parameters that are lists, and how many of their entries are named.
LISTS = frozenset({"choices", "columns", "levels", "lists", "sheets"})
LISTED = 40

Parameter = str | int

_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PLACEHOLDER = re.compile(r"[a-z]+")


def marked(sentence: str) -> str:
    """The sentence itself. Imported as ``_``, it is what ``makemessages`` looks for."""
    return sentence


def brief(value: object, length: int = LENGTH) -> str:
    """A value as a remark may show it: short, on one line.

    >>> brief("first\\nsecond"), brief("x" * 9, 4)
    ('first second', 'xxxx…')
    """
    try:
        text = value if isinstance(value, str) else repr(value) if isinstance(value, dict | list) else str(value)
    except (ValueError, RecursionError):  # an integer of 5,000 digits, a depth bomb
        text = type(value).__name__
    text = "".join(letter if letter.isprintable() else " " for letter in text[: length + 1])
    return f"{text[:length]}…" if len(text) > length else text


def placeholders(sentence: str) -> frozenset[str]:
    """The names in braces. Raises :class:`ValueError` for anything in braces that is more than a name.

    >>> sorted(placeholders("“{value}” is not between {lowest} and {highest}."))
    ['highest', 'lowest', 'value']
    """
    found = set()
    for _literal, name, spec, conversion in Formatter().parse(sentence):
        if name is None:
            continue
        if not _PLACEHOLDER.fullmatch(name) or spec or conversion:
            raise ValueError(f"{{{name}}} in {sentence!r} is not a plain name in braces")
        found.add(name)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Said:
    """A remark with its parameters, in English. Made by calling a :class:`Remark`; kept ones are read back as they stand.

    ``code`` is ``""`` for one kept before there were codes.
    """

    code: str
    reason: str
    remedy: str
    params: Mapping[str, Parameter] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Remark:
    """An entry of the vocabulary. A wrong one (a code twice, no full stop, an odd placeholder) stops the program."""

    code: str
    reason: str
    remedy: str
    parameters: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code) or self.code in REMARKS:
            raise ValueError(f"the code {self.code!r} is not small letters, digits and hyphens, or is taken")
        for sentence in (self.reason, self.remedy):
            if not sentence.endswith((".", "?")):
                raise ValueError(f"{self.code}: {sentence!r} is not a whole sentence")
        object.__setattr__(self, "parameters", placeholders(self.reason) | placeholders(self.remedy))
        REMARKS[self.code] = self

    def __call__(self, **params: object) -> Said:
        """The remark about one case. Values are made short and plain; of a list, its first entries."""
        if params.keys() != self.parameters:
            raise TypeError(f"{self.code} is said with {sorted(self.parameters)}, not with {sorted(params)}")
        plain = {name: _plain(name, value) for name, value in params.items()}
        return Said(self.code, self.reason.format_map(plain), self.remedy.format_map(plain), plain)


def _plain(name: str, value: object) -> Parameter:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
        return value
    if name in LISTS and isinstance(value, Iterable) and not isinstance(value, str):
        entries = [brief(entry) for entry in value]
        return ", ".join(entries[:LISTED]) + ("…" if len(entries) > LISTED else "")
    return brief(value, LENGTH_OF_WHY if name == "why" or name in LISTS else LENGTH)
