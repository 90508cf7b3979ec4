"""Files as they should never come, made from good ones: a generator that every reader of tables is tried with.

Each case is ``name -> (file name, bytes, what must be told)``. What must be told is one of

* ``"unreadable"``: :class:`UnreadableFile`,
* ``"refused"``: at least one refusal naming the file, or :class:`UnreadableFile`,
* ``"either"``: anything but another exception (a blemish a reader may take in its stride).
"""

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl

from kesher.formats.records import Reading, UnreadableFile
from kesher.formats.remarks import REMARKS, Said

Case = tuple[str, bytes, str]
ITERATED = ("taxonomies", "terms", "organisations", "programmes", "locations", "services")


def exhaust(reading: Reading) -> dict[str, list]:
    return {name: list(getattr(reading, name)) for name in ITERATED}


def said_as_declared(said: Said) -> bool:
    """Whether a remark is one of the vocabulary, and its sentences are those of the declaration."""
    return said == REMARKS[said.code](**said.params)


def check(read: Callable[[str], Reading], folder: Path, name: str, case: Case) -> None:
    """Write the case, read it, and hold it to what it must tell."""
    file, content, told = case
    path = folder / file
    path.write_bytes(content)
    try:
        reading = read(str(path))
        records = exhaust(reading)
    except UnreadableFile as error:
        fault = error
    else:
        fault = None
    if fault is not None:
        assert fault.file, name
        assert said_as_declared(fault.said), name
        return
    assert told != "unreadable", f"{name}: read {[(kind, len(found)) for kind, found in records.items()]}"
    for refusal in reading.refusals:
        assert refusal.file, name
        assert said_as_declared(refusal.said), name
        assert refusal.row is None or refusal.row >= 1, name
        refusal.reason.encode("utf-8")  # no half of a surrogate pair in what is shown
    if told == "refused":
        assert any(refusal.row is not None or refusal.field for refusal in reading.refusals), name
    for found in records.values():
        for record in found:
            dumped = record.model_dump_json()
            assert "\\u0000" not in dumped, name


def csv_cases(good: str, file: str, *, key: str, required: str) -> dict[str, Case]:
    """``good``: CSV text with a header and at least two whole rows; ``key``, ``required``: names of columns in it."""
    lines = good.split("\n")
    header = lines[0]
    columns = header.strip().split(",")
    width = len(columns)
    blank = "," * (width - 1)

    def row(**cells: str) -> str:
        return ",".join('"' + cells.get(column, "").replace('"', '""') + '"' for column in columns)

    def put(value: str, column: str = required) -> bytes:
        return f"{header}\n{row(**{key: 'k1', required: 'A name', column: value})}\n".encode()

    utf8 = good.encode()
    cases: dict[str, tuple[bytes, str]] = {
        "empty": (b"", "unreadable"),
        "only blanks": (b"   \n \n\n", "unreadable"),
        "only NULs": (b"\x00" * 4096, "unreadable"),
        "random bytes": (random.Random(3).randbytes(20_000), "unreadable"),
        "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "unreadable"),
        "a workbook named .csv": (workbook({"A": [["x"]]}), "unreadable"),
        "html": (b"<html><body>Sign in</body></html>\n", "unreadable"),
        "json": (b'{"services": []}', "unreadable"),
        "header only in lower noise": (b"a,b,c\n1,2,3\n", "unreadable"),
        "required column missing": (good.replace(required, "something else", 1).encode(), "unreadable"),
        "semicolons within commas": (good.replace(header, header.replace(",", ";"), 1).encode(), "refused"),
        "column twice": (f"{header},{required}\n{blank},x\n".encode(), "unreadable"),
        "columns without end": ((header + ",x" * 2_000 + "\n").encode(), "unreadable"),
        "cells too many": (f"{header}\n{row(**{key: 'k1', required: 'A name'})},one,two,three\n".encode(), "refused"),
        "cells too few": (f"{header}\nk1\n".encode(), "either"),
        "quote never closed": (f'{header}\n"k1,{blank}\nk2{blank}\nk3{blank}'.encode(), "refused"),
        "quote never closed to the end": (utf8 + b'"' + b"x" * 300_000, "refused"),
        "cell of a megabyte": (put("x" * 1_000_000), "refused"),
        "cell of 130,000 letters": (put("x" * 130_000), "either"),
        "key twice": ("\n".join((header, *[row(**{key: "k1", required: "A"})] * 2, "")).encode(), "refused"),
        "name missing": (f"{header}\n{row(**{key: 'k1', columns[-1]: 'x'})}\n".encode(), "either"),
        "NULs within": (put("A\x00na\x00me"), "either"),
        "controls within": (put("A \x01\x02\x1b[31mname\x7f"), "either"),
        "direction override": (put("name \u202egnp.exe"), "either"),
        "byte order mark twice": (b"\xef\xbb\xbf\xef\xbb\xbf" + utf8, "either"),
        "UTF-16": (good.encode("utf-16"), "either"),
        "UTF-16 without its mark": (good.encode("utf-16-le"), "unreadable"),
        "UTF-16 cut within a letter": (good.encode("utf-16")[:-1], "either"),
        "UTF-32": (good.encode("utf-32"), "unreadable"),
        "windows-1255": (good.encode("cp1255", "replace"), "either"),
        "latin-1": (good.encode("latin-1", "replace"), "either"),
        "UTF-8 broken in one place": (utf8[:-30] + b"\xff\xfe" + utf8[-30:], "either"),
        "UTF-7 words": (put("+AGEAYgBj-"), "either"),
        "cut within the header": (header.encode()[: len(header) // 2], "unreadable"),
        "cut within a row": (utf8[: int(len(utf8) * 0.6)], "either"),
        "old Mac line ends": (good.replace("\n", "\r").encode(), "either"),
        "mixed line ends": (good.replace("\n", "\r\n", 1).encode(), "either"),
        "tabs": (good.replace(",", "\t").encode(), "either"),
        "a formula": (put('=HYPERLINK("http://evil.example","x")'), "either"),
        "a command formula": (put("=cmd|' /C calc'!A0"), "either"),
        "markup": (put("<script>alert(1)</script>"), "either"),
        "a hundred thousand empty rows": (utf8 + b"\n" * 100_000, "either"),
        "rows of commas": (utf8 + (blank + "\n").encode() * 1_000, "either"),
        "half a surrogate": (put("x").replace(b'"x"', b'"\xed\xa0\x80 x"'), "either"),
        "numbers without end": (put("9" * 5_000, key), "either"),
        "a quote in the middle": (put('say "so" and "so'), "either"),
    }
    made = {name: (file, content, told) for name, (content, told) in cases.items()}
    stem = Path(file).stem
    made["zip cut short"] = (f"{stem}.zip", zipped({file: utf8})[:-40], "unreadable")
    made["zip of nothing"] = (f"{stem}.zip", zipped({}), "unreadable")
    made["zip that leads out"] = (f"{stem}.zip", zipped({f"../{file}": utf8}), "unreadable")
    made["zip bomb"] = (f"{stem}.zip", zipped({file: header.encode() + b"\n" + b"," * 60_000_000}), "unreadable")
    made["not a zip"] = (f"{stem}.zip", utf8, "unreadable")
    return made


def workbook(sheets: dict[str, Iterable[Iterable[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def rewritten(book: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[member] = change(members[member])
    return zipped(members)


def workbook_cases(good: dict[str, list[list[object]]], file: str) -> dict[str, Case]:
    """``good``: sheets that are read without a refusal; the first has a row of columns and at least one more row."""
    title = next(iter(good))
    rows = good[title]
    book = workbook(good)
    sheet1 = "xl/worksheets/sheet1.xml"

    def with_row(*cells: object) -> bytes:
        return workbook({**good, title: [*rows, list(cells)]})

    width = len(rows[0])
    entities = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + step, b"&%c;" % (97 + step) * 10) for step in range(8))
        + b"]><worksheet>&i;</worksheet>"
    )
    outside = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'
    cases: dict[str, tuple[bytes, str]] = {
        "empty": (b"", "unreadable"),
        "not a zip": (b"name,x\n1,2\n", "unreadable"),
        "an old .xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2_000, "unreadable"),
        "cut short": (book[: len(book) // 2], "unreadable"),
        "without its end": (book[:-22], "unreadable"),
        "a byte flipped": (book[:200] + bytes([book[200] ^ 0xFF]) + book[201:], "either"),
        "no sheets": (zipped({"a.txt": b"x"}), "unreadable"),
        "no rows": (workbook({title: []}), "unreadable"),
        "only a header": (workbook({title: [rows[0]]}), "either"),
        "wrong sheet names": (workbook({"Tabelle1": [["x", "y"], [1, 2]]}), "unreadable"),
        "header in the second row": (workbook({title: [[None] * width, *rows]}), "unreadable"),
        "XML bomb": (rewritten(book, sheet1, lambda _: entities), "unreadable"),
        "XML from outside": (rewritten(book, sheet1, lambda _: outside), "unreadable"),
        "XML cut short": (rewritten(book, sheet1, lambda xml: xml[: len(xml) // 2]), "unreadable"),
        "sheet of NULs": (rewritten(book, sheet1, lambda _: b"\x00" * 500), "unreadable"),
        "sheet empty": (rewritten(book, sheet1, lambda _: b""), "unreadable"),
        "workbook.xml gone bad": (rewritten(book, "xl/workbook.xml", lambda _: b"<x/>"), "unreadable"),
        "styles gone bad": (rewritten(book, "xl/styles.xml", lambda _: b"<not"), "unreadable"),
        "rows out of order": (rewritten(book, sheet1, lambda xml: xml.replace(b'r="1"', b'r="9"', 1)), "either"),
        "zip bomb": (rewritten(book, sheet1, lambda xml: xml + b" " * 60_000_000), "unreadable"),
        "an extent of a million columns": (
            rewritten(book, sheet1, lambda xml: xml.replace(b"<dimension ", b'<dimension ref="A1:XFD1048576" x="" ')),
            "either",
        ),
        "a formula": (with_row(*["=1+1"] * width), "refused"),
        "a formula that fetches": (with_row(*['=WEBSERVICE("http://evil.example")'] * width), "refused"),
        "an error": (with_row(*["#REF!"] * width), "either"),
        "truth values": (with_row(*[True] * width), "either"),
        "numbers": (with_row(*[1.5] * width), "either"),
        "numbers beyond bounds": (with_row(*[1e300] * width), "either"),
        "a very long cell": (with_row(*["x" * 32_000] * width), "either"),
        "controls": (with_row(*["a_x0001_\tb\nc"] * width), "either"),
        "a row of blanks": (with_row(*["  "] * width), "either"),
        "cells beyond the header": (workbook({**good, title: [*rows, [*rows[-1], "x", "y"]]}), "either"),
        "a hundred unknown columns": (
            workbook({**good, title: [[*rows[0], *[f"u{n}" for n in range(100)]], *rows[1:]]}),
            "refused",
        ),
        "columns without end": (
            workbook({**good, title: [[*rows[0], *[f"u{n}" for n in range(1_500)]]]}),
            "unreadable",
        ),
        "every row twice": (workbook({**good, title: [rows[0], *rows[1:], *rows[1:]]}), "refused"),
        "a column twice": (workbook({**good, title: [[*rows[0], rows[0][0]], *rows[1:]]}), "refused"),
        "required column missing": (
            workbook({**good, title: [["x", *["y"] * (width - 1)], *rows[1:]]}),
            "unreadable",
        ),
        "a sheet more": (workbook({**good, "Notes": [["=1"], ["x"]]}), "either"),
        "a cell at the far end": (
            rewritten(
                book,
                sheet1,
                lambda xml: xml.replace(
                    b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
                ),
            ),
            "either",
        ),
        "a number that is none": (
            rewritten(
                book,
                sheet1,
                lambda xml: xml.replace(
                    b"</sheetData>", b'<row r="90"><c r="A90" t="n"><v>twelve</v></c></row></sheetData>'
                ),
            ),
            "unreadable",
        ),
        "a shared string that is not there": (
            rewritten(
                book,
                sheet1,
                lambda xml: xml.replace(
                    b"</sheetData>", b'<row r="90"><c r="A90" t="s"><v>99999</v></c></row></sheetData>'
                ),
            ),
            "unreadable",
        ),
    }
    return {name: (file, content, told) for name, (content, told) in cases.items()}


def json_cases(good: object, file: str) -> dict[str, Case]:
    text = json.dumps(good, ensure_ascii=False)
    cases: dict[str, tuple[bytes, str]] = {
        "empty": (b"", "unreadable"),
        "blanks": (b"  \n ", "unreadable"),
        "null": (b"null", "unreadable"),
        "a number": (b"12", "unreadable"),
        "a text": (b'"services"', "unreadable"),
        "an empty object": (b"{}", "unreadable"),
        "an empty array": (b"[]", "unreadable"),
        "cut short": (text[: len(text) // 2].encode(), "unreadable"),
        "a comma too many": (text[:-1].encode() + b",]", "unreadable"),
        "single quotes": (text.replace('"', "'").encode(), "unreadable"),
        "UTF-16": (text.encode("utf-16"), "unreadable"),
        "latin-1": (text.encode("latin-1", "replace"), "either"),
        "NULs": (b"\x00" * 100, "unreadable"),
        "a million brackets": (b"[" * 1_000_000, "unreadable"),
        "deep and closed": (b"[" * 100_000 + b"]" * 100_000, "unreadable"),
        "array of numbers": (b"[1, 2, 3]", "refused"),
        "array of arrays": (b"[[], [[]]]", "refused"),
        "array of nulls": (b"[null, null]", "refused"),
        "array of texts": (b'["x"]', "refused"),
        "records without fields": (b"[{}]", "refused"),
        "records of something else": (b'[{"colour": "red"}]', "refused"),
    }
    return {name: (file, content, told) for name, (content, told) in cases.items()}
