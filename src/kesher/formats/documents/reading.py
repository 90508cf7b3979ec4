"""From bytes to text: what the portal calls. The reading happens in :mod:`kesher.formats.documents.worker`, another process."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kesher.formats.documents.kinds import Kind, find_kind
from kesher.formats.documents.limits import DOCUMENT_LIMITS, MIB, DocumentLimits
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import REMARKS, Said, say

_WORKER: Final = "kesher.formats.documents.worker"
#: Characters of what the child wrote on its error stream that a remark may quote.
_QUOTED: Final = 200


@dataclass(frozen=True, slots=True)
class Document:
    """What was read. `pages`: of a PDF, else 1. `reader`: the program and its version, for provenance: "pdftotext 22.12.0"."""

    name: str
    kind: Kind
    text: str
    pages: int
    reader: str


def read_document(content: bytes, name: str, limits: DocumentLimits = DOCUMENT_LIMITS) -> Document:
    """The text of a file that came under `name`, in logical order, without invisible marks of direction.

    Raises :class:`UnreadableFile`, whose remark says what is wrong and what to do.
    """
    if len(content) > limits.bytes:
        raise UnreadableFile(name, say.DOCUMENT_TOO_LARGE(limit=limits.bytes // MIB))
    kind = find_kind(content, name)
    with tempfile.TemporaryDirectory(prefix="kesher-document-") as folder:
        # Under a name of ours: what people call a file is no argument for a program.
        path = Path(folder) / "document"
        path.write_bytes(content)
        answer = ask(path, kind, name, limits)
    text = str(answer["text"])
    if not any(letter.isalnum() for letter in text):
        raise UnreadableFile(name, say.DOCUMENT_WITHOUT_TEXT())
    return Document(name, kind, text, int(answer["pages"]), str(answer["reader"]))


def ask(path: Path, kind: str, name: str, limits: DocumentLimits, *, worker: str = _WORKER) -> dict[str, Any]:
    """The answer of a process of its own, which runs the module ``worker``. Whatever ends it otherwise is a refusal.

    Raises :class:`UnreadableFile`. What it writes beside ``path`` goes with that folder.
    """
    asked = {
        "path": str(path),
        "kind": kind,
        **{limit: getattr(limits, limit) for limit in DocumentLimits.__slots__},
    }
    said, complained = path.with_name("answer"), path.with_name("complaint")
    with said.open("wb") as out, complained.open("wb") as error:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", worker, json.dumps(asked)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=error,
            cwd=path.parent,
            env=_environment(path.parent),
            start_new_session=True,  # so that a program the child started ends with it
        )
        try:
            code = child.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            raise UnreadableFile(name, say.DOCUMENT_TOO_SLOW(seconds=int(limits.seconds))) from None
        finally:
            _end(child)
    if code == 0:
        answer: dict[str, Any] = json.loads(said.read_bytes())
        if "refused" in answer:
            raise UnreadableFile(name, REMARKS[answer["refused"]](**answer["params"]))
        return answer
    raise UnreadableFile(name, _why_ended(code, complained, limits))


def _why_ended(code: int, complained: Path, limits: DocumentLimits) -> Said:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return say.DOCUMENT_TOO_SLOW(seconds=limits.cpu_seconds)
    last = complained.read_bytes()[-_QUOTED:].decode("utf-8", "replace").strip().rpartition("\n")[2]
    if "MemoryError" in last:
        return say.DOCUMENT_TOO_HEAVY()
    if code == -signal.SIGXFSZ:
        return say.DOCUMENT_TEXT_TOO_LONG(limit=limits.characters)
    # A crash of a reader on a broken file (SIGSEGV, SIGABRT) is told by its signal; ours by the last line of its trace.
    return say.DOCUMENT_BROKEN(why=last or signal.Signals(-code).name if code < 0 else last or code)


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Ends the child and all it started: its session is its own."""
    with suppress(ProcessLookupError, PermissionError):  # already gone
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _environment(folder: Path) -> dict[str, str]:
    """What the child sees: how to find Kesher and programs, and no setting or password of the portal."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
    }
