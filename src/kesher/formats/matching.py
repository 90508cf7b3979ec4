"""The tables of ``kesher match``: people, vacancies, skills and what comes out, as CSV or Parquet.

Columns are known by their names (:data:`PEOPLE`, :data:`VACANCIES`); only the first is needed, the rest may be missing. A cell
that is empty means: not known of what somebody has, not asked of what somebody asks (docs/models/matching.md). ``none`` says
that there is none. Lists are separated by ``;``. In Parquet a list may be a list. Whatever cannot be taken is a
:class:`~kesher.formats.columns.ColumnError` that names file, row and column.
"""

import csv
import io
import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, Final

from kesher.formats.columns import ColumnError, Columns, as_number, is_blank, read_columns
from kesher.formats.profile import LANGUAGE_SKILLS, Cefr

NAN: Final = math.nan
#: What says that there is none, where an empty cell would say that nobody knows.
NONE: Final = frozenset({"none", "-"})
YES: Final = frozenset({"yes", "true", "1"})
NO: Final = frozenset({"no", "false", "0"})
CONTRACTS: Final = ("open-ended", "fixed-term", "casual")
SUPPORT: Final = ("self-service", "supported", "intensive", "wrap-around")
_LEVEL: Final = {level.value: number for number, level in enumerate(Cefr, 1)} | {"NATIVE": 6, "NONE": 0}
_SKILLS: Final = {skill: (number,) for number, skill in enumerate(LANGUAGE_SKILLS)} | {"speaking": (2, 3)}

Reader = Callable[[str], Any]


def _refused(text: str, what: str) -> ValueError:
    return ValueError(f"{text!r} is not {what}")


def _amount(least: float, most: float, what: str) -> Reader:
    def read(text: str) -> float:
        number = as_number(text)
        if number is None or not least <= number <= most:
            raise _refused(text, f"{what} between {least:g} and {most:g}")
        return number

    return read


def _whole(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100_000:
        raise _refused(text, "a whole number between 1 and 100000")
    return int(text)


def _yes_no(text: str) -> bool:
    word = text.casefold()
    if word not in YES | NO:
        raise _refused(text, "yes or no")
    return word in YES


def _items(text: str) -> tuple[str, ...]:
    if text.casefold() in NONE:
        return ()
    return tuple(dict.fromkeys(item.strip() for item in text.split(";") if item.strip()))


def _set(text: str) -> frozenset[str]:
    return frozenset(_items(text))


def _code(text: str) -> str:
    if not text[0].isdigit() or len(text) > 20:
        raise _refused(text, "a code of an occupation (ISCO-08 such as 7512, or an ESCO code such as 7512.1)")
    return text


def _codes(text: str) -> tuple[str, ...]:
    return tuple(_code(item) for item in _items(text))


def _years_of_codes(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for item in _items(text):
        code, told, years = item.partition(":")
        number = as_number(years.strip()) if told else NAN
        if number is None or number < 0 or number > 80:
            raise _refused(item, "a code and its years, such as 7512:5")
        found[_code(code.strip())] = number
    return found


def _levels(unsaid: int) -> Reader:
    def read(text: str) -> dict[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        for item in _items(text):
            language, told, said = item.partition(":")
            if not told or not language.strip():
                raise _refused(item, "a language and a level, such as he:B1 or he:speaking=B2,writing=A1")
            found[language.strip().casefold()] = _levels_of(said.strip(), unsaid)
        return found

    return read


def _levels_of(said: str, unsaid: int) -> tuple[int, ...]:
    if said.upper() in _LEVEL:
        return (_LEVEL[said.upper()],) * len(LANGUAGE_SKILLS)
    levels = [unsaid] * len(LANGUAGE_SKILLS)
    for one in said.split(","):
        skill, _, level = one.partition("=")
        if skill.strip().casefold() not in _SKILLS or level.strip().upper() not in _LEVEL:
            raise _refused(one.strip(), f"a level A1 to C2, or one of {', '.join(_SKILLS)} = a level")
        for at in _SKILLS[skill.strip().casefold()]:
            levels[at] = _LEVEL[level.strip().upper()]
    return tuple(levels)


def _clock(text: str) -> float:
    hour, colon, minute = text.partition(":")
    if not hour.isdecimal() or (colon and not minute.isdecimal()) or int(hour) > 24 or int(minute or 0) > 59:
        raise _refused(text, "an hour of the day, such as 15:30")
    return int(hour) + int(minute or 0) / 60


def _day(text: str) -> float:
    try:
        return float(date.fromisoformat(text).toordinal())
    except ValueError:
        raise _refused(text, "a day, such as 2026-11-29") from None


def _word(words: Sequence[str]) -> Reader:
    def read(text: str) -> str:
        if text.casefold() not in words:
            raise _refused(text, f"one of {', '.join(words)}")
        return text.casefold()

    return read


def _support(text: str) -> int:
    return SUPPORT.index(_word(SUPPORT)(text))


_LATITUDE, _LONGITUDE = _amount(-90, 90, "a latitude"), _amount(-180, 180, "a longitude")
_HOURS = _amount(0, 168, "hours a week")
_PAY = _amount(0, 1e6, "pay an hour")

#: Column → (field of the engine's record, how a cell is read). Docs: docs/models/matching.md, What goes in.
PEOPLE: Final[Mapping[str, tuple[str, Reader]]] = {
    "person": ("id", str),
    "occupations": ("occupations", _years_of_codes),
    "wishes": ("wishes", _codes),
    "skills": ("skills", _set),
    "licences": ("licences", _set),
    "permits": ("permits", _set),
    "languages": ("languages", _levels(-1)),
    "latitude": ("latitude", _LATITUDE),
    "longitude": ("longitude", _LONGITUDE),
    "distance": ("distance", _amount(0, 20_100, "kilometres")),
    "relocates": ("relocates", _yes_no),
    "hours_least": ("hours_least", _HOURS),
    "hours_most": ("hours_most", _HOURS),
    "hours_wished": ("hours_wished", _HOURS),
    "refused_shifts": ("refused_shifts", _set),
    "care_from": ("care_from", _clock),
    "care_until": ("care_until", _clock),
    "pay": ("pay", _PAY),
    "available": ("available", _day),
    "qualification": ("qualification", _amount(1, 8, "a level of the EQF")),
    "support": ("support", _support),
}
VACANCIES: Final[Mapping[str, tuple[str, Reader]]] = {
    "vacancy": ("id", str),
    "occupation": ("occupation", _code),
    "essential": ("essential", _items),
    "optional": ("optional", _items),
    "licences": ("licences", _set),
    "permits": ("permits", _set),
    "languages": ("languages", _levels(0)),
    "languages_wished": ("languages_wished", _levels(0)),
    "years": ("years", _amount(0, 60, "years")),
    "latitude": ("latitude", _LATITUDE),
    "longitude": ("longitude", _LONGITUDE),
    "remote": ("remote", _yes_no),
    "hours_least": ("hours_least", _HOURS),
    "hours_most": ("hours_most", _HOURS),
    "shifts": ("shifts", _set),
    "begins": ("begins", _clock),
    "ends": ("ends", _clock),
    "pay": ("pay", _PAY),
    "pay_minimum": ("pay_minimum", _PAY),
    "pay_median": ("pay_median", _PAY),
    "start": ("start", _day),
    "contract": ("contract", _word(CONTRACTS)),
    "predictable": ("predictable", _yes_no),
    "training": ("training", _yes_no),
    "level": ("level", _amount(1, 8, "a level of the EQF")),
    "places": ("places", _whole),
}
#: Cells that say "there is none" here are not blank, though they say it elsewhere.
_NONE_IS_SAID: Final = frozenset({_items, _set})


def read_people(table: Columns) -> list[dict[str, Any]]:
    """A record of each row, by the fields of the engine. Raises ColumnError."""
    return _records(table, PEOPLE)


def read_vacancies(table: Columns) -> list[dict[str, Any]]:
    """The same for vacancies."""
    return _records(table, VACANCIES)


def _records(table: Columns, known: Mapping[str, tuple[str, Reader]]) -> list[dict[str, Any]]:
    first = next(iter(known))
    for heading in table.headings:
        if heading not in known:
            raise ColumnError(
                table.file, f"this column is not known; columns are {', '.join(known)}", row=1, column=heading
            )
    identities: dict[str, int] = {}
    for at, identity in enumerate(table.texts(first)):
        if not identity:
            raise table.fault("the id is missing", at, first)
        if identity in identities:
            raise table.fault(f"{identity!r} is there already, in row {table.rows[identities[identity]]}", at, first)
        identities[identity] = at
    found: list[dict[str, Any]] = [{} for _ in range(len(table))]
    for heading in table.headings:
        field, read = known[heading]
        said: dict[str, Any] = {}  # a column says few different things
        for at, text in enumerate(table.cells[heading]):
            if heading != first and _says_nothing(text, read):
                continue
            if text not in said:
                try:
                    said[text] = read(text)
                except ValueError as fault:
                    raise table.fault(str(fault), at, heading) from None
            found[at][field] = said[text]
    for at, record in enumerate(found):
        if ("latitude" in record) != ("longitude" in record):
            lacking = "longitude" if "latitude" in record else "latitude"
            raise table.fault("a place needs both its latitude and its longitude", at, lacking)
        if record.get("hours_least", 0) > record.get("hours_most", 168):
            raise table.fault("it is less than hours_least", at, "hours_most")
    return found


def _says_nothing(text: str, read: Reader) -> bool:
    if text.casefold() in NONE and (read in _NONE_IS_SAID or read is _years_of_codes or read is _codes):
        return False
    return is_blank(text)


# --- files -----------------------------------------------------------------------------------------------------------


def read_any(path: str) -> Columns:
    """A table as columns of text: CSV (``.gz`` too, ``-`` standard input), or Parquet by the ending of its name."""
    if not path.casefold().endswith((".parquet", ".pq")):
        return read_columns(path)
    name = Path(path).name
    if not Path(path).is_file():
        raise ColumnError(name, f"{path} is not there")
    pyarrow, parquet = _parquet(name)
    try:
        table = parquet.read_table(path)
    except (pyarrow.ArrowException, OSError) as fault:
        raise ColumnError(name, f"the file cannot be read as Parquet: {str(fault).splitlines()[0]}") from None
    columns = [str(column).strip() for column in table.column_names]
    for place, column in enumerate(columns):
        if not column or column in columns[:place]:
            raise ColumnError(
                name, f"column {place + 1} has no name, or one that is there already", row=1, column=column
            )
    if not table.num_rows:
        raise ColumnError(name, "there is no row", row=2)
    cells = {column: [_as_text(value) for value in table.column(at).to_pylist()] for at, column in enumerate(columns)}
    # Rows are counted as in a spreadsheet with a row of names, so that both kinds of file say the same of a fault.
    return Columns(name, tuple(columns), cells, list(range(2, table.num_rows + 2)))


def _parquet(name: str) -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ColumnError(name, "Parquet needs pyarrow (the extra “parquet”); or give the table as CSV") from None
    return pyarrow, pyarrow.parquet


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(value)
    if isinstance(value, list):
        return ";".join(_as_text(one) for one in value) if value else "none"
    return str(value).strip()


#: What comes out, with its kind.
COLUMNS: Final[Mapping[str, type]] = {
    "person": str,
    "rank": int,
    "vacancy": str,
    "status": str,
    "score": float,
    "gain": float,
    "fit": float,
    "own_rank": int,
    "price": float,
    "loss": float,
    "why": str,
    "missing": str,
    "ask": str,
    "change": str,
    "travel": float,
    "inputs": str,
}


#: Of ``--candidates``.
CANDIDATES: Final[Mapping[str, type]] = {"vacancy": str, "rank": int, "person": str, "score": float, "raised": str}

Kinds = Mapping[str, type]


def write(tables: Mapping[Path, tuple[Kinds, Mapping[str, Sequence[Any]]]]) -> None:
    """All or nothing: each table beside its place first, and when all stand there, in their places.

    Raises OSError, or ColumnError where Parquet is asked for and pyarrow is not installed.
    """
    beside = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in tables}
    try:
        for path, (kinds, columns) in tables.items():
            _write_one(path, beside[path], kinds, columns)
        for path, written in beside.items():
            written.replace(path)
    finally:
        for written in beside.values():
            with suppress(OSError):
                written.unlink(missing_ok=True)


def _write_one(path: Path, target: Path, kinds: Kinds, columns: Mapping[str, Sequence[Any]]) -> None:
    if path.suffix.casefold() in {".parquet", ".pq"}:
        pyarrow, parquet = _parquet(path.name)
        types = {str: pyarrow.string(), int: pyarrow.int32(), float: pyarrow.float64()}
        arrays = {name: pyarrow.array(columns[name], types[kind]) for name, kind in kinds.items()}
        parquet.write_table(pyarrow.table(arrays), target)
    else:
        target.write_text(_as_csv(kinds, columns), encoding="utf-8")


def _as_csv(kinds: Kinds, columns: Mapping[str, Sequence[Any]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(kinds)
    rows: Iterable[tuple[Any, ...]] = zip(*(columns[name] for name in kinds), strict=True)
    writer.writerows(
        ["" if cell is None else f"{cell:.6g}" if isinstance(cell, float) else cell for cell in row] for row in rows
    )
    return stream.getvalue()
