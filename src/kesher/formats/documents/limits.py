"""How much one CV or certificate may cost to read."""

from dataclasses import dataclass
from typing import Final

MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """The defaults take a thick application with its certificates and stop everything made to harm.

    bytes: of the file · unpacked_bytes, members: of a .docx, all parts together · pages: of a PDF · characters: of the text
    that comes out · cpu_seconds: of processor time · seconds: until an answer, also on a busy machine · memory_bytes:
    address space of the reading process; an empty Python with python-docx takes 60 MiB of it, PDFium 200.
    """

    bytes: int = 10 * MIB
    unpacked_bytes: int = 64 * MIB
    members: int = 2_000
    pages: int = 40
    characters: int = 200_000
    cpu_seconds: int = 10
    seconds: float = 30.0
    memory_bytes: int = 768 * MIB


DOCUMENT_LIMITS: Final = DocumentLimits()
