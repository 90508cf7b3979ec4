"""CVs and certificates as people send them (PDF, DOCX, plain text), read to text in logical order.

    document = read_document(content, "cv.pdf")       # bytes as uploaded, and the name they came under
    document.text

Files come from anybody. What is read is told from the content and never from the name; the reading itself runs in a process
of its own with limits of time, memory, pages and size (:class:`DocumentLimits`), so that a file made to harm costs its sender
an answer and nobody else anything. Every refusal is an :class:`~kesher.formats.records.UnreadableFile` that says what to do.

No text is read from pictures. The person always sees what was read, and corrects it. What is kept as it is, and not read,
goes through :func:`keepable`.
"""

from kesher.formats.documents.keeping import PAPER_LIMITS, Paper, PaperKind, keepable
from kesher.formats.documents.kinds import Kind
from kesher.formats.documents.limits import DOCUMENT_LIMITS, DocumentLimits
from kesher.formats.documents.reading import Document, read_document

__all__ = [
    "DOCUMENT_LIMITS",
    "PAPER_LIMITS",
    "Document",
    "DocumentLimits",
    "Kind",
    "Paper",
    "PaperKind",
    "keepable",
    "read_document",
]
