"""The process that reads one document: sets its own limits, reads, writes one JSON object, ends.

    python -m kesher.formats.documents.worker '{"path": …, "kind": …, limits}'

Output: ``{"text", "pages", "reader"}`` or ``{"refused": code of a remark, "params"}``. Anything else (a signal, a trace on the
error stream) is told by who started it.
"""

import json
import sys
from pathlib import Path
from typing import Any

from kesher.formats.documents.cleaning import cleaned
from kesher.formats.documents.kinds import Kind
from kesher.formats.documents.limits import DocumentLimits
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say


def limit(limits: DocumentLimits, *, written: int) -> None:
    """Bounds this process, and what it starts, before a byte of the file is read. ``written``: bytes of its largest file."""
    try:
        import resource
    except ImportError:  # no such limits on this system; the time until an answer is still watched from outside
        return
    bounds = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_FSIZE: written,
        resource.RLIMIT_CORE: 0,
    }
    for kind, bound in bounds.items():
        _, hard = resource.getrlimit(kind)
        bound = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        # One second of grace between the signal and the end: SIGXCPU tells the reason, SIGKILL would not.
        resource.setrlimit(
            kind, (bound, bound + 1 if kind == resource.RLIMIT_CPU and hard == resource.RLIM_INFINITY else bound)
        )


def _read(path: Path, kind: Kind, limits: DocumentLimits) -> dict[str, Any]:
    # Imported late: each reader brings a library of its own, and a text needs none.
    if kind is Kind.PDF:
        from kesher.formats.documents.pdf import read
    elif kind is Kind.DOCX:
        from kesher.formats.documents.docx_parts import read
    else:
        from kesher.formats.documents.plain import read
    found, pages, reader = read(path, limits)
    text = cleaned(found)
    if len(text) > limits.characters:
        raise UnreadableFile(path.name, say.DOCUMENT_TEXT_TOO_LONG(limit=limits.characters))
    return {"text": text, "pages": pages, "reader": reader}


def main() -> int:
    asked = json.loads(sys.argv[1])
    path, kind = Path(asked.pop("path")), Kind(asked.pop("kind"))
    limits = DocumentLimits(**asked)
    # Twelve bytes are the most that JSON writes for one character.
    limit(limits, written=12 * limits.characters + (1 << 16))
    try:
        answer = _read(path, kind, limits)
    except UnreadableFile as fault:
        answer = {"refused": fault.said.code, "params": dict(fault.said.params)}
    # ASCII: the pipe has one byte a character, and a half surrogate cannot break it.
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
