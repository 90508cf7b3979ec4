"""The top-level objects of a JSON file one by one, in bounded memory: no file is held whole because it is JSON.

Takes one object, an array of objects, a page (an object whose ``contents`` is such an array) and newline-delimited
JSON. The parser is the standard library's; this module only finds where each object begins.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kesher.formats.files import MIB, Files, Ledger, find_encoding
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say, standards

_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder(strict=False)  # raw line breaks inside strings are a fault every second exporter makes
_OBJECT_CHARACTERS = 64 * MIB  # the most one object may hold; the fullest HSDS service seen has 60,000


class _Cut(Exception):
    """The text ended inside a value."""


@dataclass(slots=True)
class _Source:
    """Text read as it is needed: ``text[at:]`` is what is still to be parsed."""

    stream: io.TextIOBase
    file: str
    text: str = ""
    at: int = 0
    passed: int = 0  # characters before ``text``
    ended: bool = False

    def more(self, size: int = 1 * MIB) -> bool:
        block = self.stream.read(max(size, len(self.text) - self.at))
        if not block:
            self.ended = True
            return False
        self.passed += self.at
        self.text, self.at = self.text[self.at :] + block, 0
        return True

    def peek(self) -> str:
        """Next character that is not white space, or ``""`` at the end."""
        while True:
            while self.at < len(self.text) and self.text[self.at] in _SPACE:
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def expect(self, *characters: str) -> str:
        found = self.peek()
        if not found:
            raise _Cut
        if found not in characters:
            raise self.fault(f"{' or '.join(characters)} was expected, not {found!r}", self.at)
        self.at += 1
        return found

    def value(self) -> Any:
        """The next JSON value."""
        if not self.peek():
            raise _Cut
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except RecursionError:
                raise UnreadableFile(self.file, standards.JSON_TOO_DEEP()) from None
            except json.JSONDecodeError as error:
                # Near the end of what was read the value may only be unfinished; elsewhere it is wrong.
                if self.ended or (error.pos < len(self.text) - 16 and not error.msg.startswith("Unterminated")):
                    if self.ended and error.pos >= len(self.text.rstrip()):
                        raise _Cut from None
                    raise self.fault(error.msg, error.pos) from None
            except ValueError:  # an integer of more digits than Python takes
                raise self.fault("A number is too long", self.at) from None
            else:
                if end < len(self.text) or self.ended:
                    self.at = end
                    return value
            if len(self.text) - self.at > _OBJECT_CHARACTERS:
                raise self.fault("One object is larger than 64 million characters", self.at)
            self.more()

    def fault(self, reason: str, at: int) -> UnreadableFile:
        return UnreadableFile(self.file, standards.JSON_WRONG(at=self.passed + at + 1, why=reason))

    def skip_line(self) -> None:
        while (found := self.text.find("\n", self.at)) < 0:
            self.at = len(self.text)
            if not self.more():
                return
        self.at = found + 1


def read_objects(files: Files, name: str, ledger: Ledger | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """``(position from 1, object)`` for each top-level object of a file.

    Raises :class:`UnreadableFile` when the JSON is wrong, cut short or nested too deep. What stands in a list and is
    not an object, and a broken line of newline-delimited JSON, is refused in ``ledger`` (fatal for that row).
    """
    with files.open(name) as binary:
        encoding = find_encoding(binary, name)
    with files.open(name) as binary:
        text = io.TextIOWrapper(binary, encoding.name, encoding.errors)
        try:
            yield from _top(_Source(text, name), Ledger() if ledger is None else ledger)
        except _Cut:
            raise UnreadableFile(name, standards.JSON_CUT()) from None
        except UnicodeDecodeError:
            raise UnreadableFile(name, standards.NOT_TEXT()) from None
        finally:
            text.detach()


def _top(source: _Source, ledger: Ledger) -> Iterator[tuple[int, dict[str, Any]]]:
    first = source.peek()
    if not first:
        raise UnreadableFile(source.file, say.FILE_EMPTY())
    if first == "[":
        yield from _array(source, ledger)
        if source.peek():
            raise source.fault("nothing more was expected after the list", source.at)
        return
    if first != "{":
        raise source.fault("a list or an object was expected", source.at)
    row = 0
    while source.peek():
        row += 1
        try:
            for found in _object(source, ledger):
                yield (row if found[0] == 0 else found[0]), found[1]
        except (UnreadableFile, _Cut) as error:
            broken = error.said if isinstance(error, UnreadableFile) else standards.JSON_CUT()
            if row == 1 or broken.code == standards.JSON_TOO_DEEP.code:
                raise
            why = broken.params.get("why") or broken.reason.removesuffix(".")
            ledger.refuse(source.file, row, None, standards.LINE_NOT_JSON(why=why))
            source.skip_line()


def _array(source: _Source, ledger: Ledger) -> Iterator[tuple[int, dict[str, Any]]]:
    source.expect("[")
    row = 0
    if source.peek() == "]":
        source.at += 1
        return
    while True:
        row += 1
        value = source.value()
        if isinstance(value, dict):
            yield row, value
        else:
            ledger.refuse(source.file, row, None, standards.NOT_AN_OBJECT())
        if source.expect(",", "]") == "]":
            return


def _object(source: _Source, ledger: Ledger) -> Iterator[tuple[int, dict[str, Any]]]:
    """One object, position 0; or, for a page, what its ``contents`` hold with their positions."""
    source.expect("{")
    found: dict[str, Any] = {}
    page = False
    if source.peek() == "}":
        source.at += 1
        yield 0, found
        return
    while True:
        if source.peek() != '"':
            source.expect('"')
        key = source.value()
        source.expect(":")
        if key == "contents" and source.peek() == "[":
            page = True
            yield from _array(source, ledger)
        else:
            found[key] = source.value()
        if source.expect(",", "}") == "}":
            break
    if not page:
        yield 0, found
