"""Plain text: its encoding found, nothing else done."""

import io
from pathlib import Path

from kesher.formats.documents.limits import DocumentLimits
from kesher.formats.files import find_encoding
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say


def read(path: Path, limits: DocumentLimits) -> tuple[str, int, str]:
    """Text, pages, reader. Raises UnreadableFile for what is not text in an encoding we know."""
    content = path.read_bytes()
    encoding = find_encoding(io.BytesIO(content), path.name)
    text = content.decode(encoding.name, encoding.errors)
    if "\x00" in text:
        raise UnreadableFile(path.name, say.NUL_INSIDE())
    return text, 1, f"plain text, {encoding.name}"
