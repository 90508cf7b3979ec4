"""A certificate of learning at work as a page and as PDF: one paper, whoever prints it."""

from typing import Any

from django.http import Http404, HttpResponse

from kesher.casework.hosting.certificates import words_of
from kesher.casework.models import TrainingCertificate
from kesher.formats import paper
from kesher.www.templatetags.kesher import direction_of

can_print = paper.can_print


def page_of(certificate: TrainingCertificate) -> dict[str, Any]:
    """What stands on it, in its language, and which way that runs."""
    return words_of(certificate) | {"direction": direction_of(certificate.language)}


def as_pdf(certificate: TrainingCertificate) -> HttpResponse:
    """As a file, whose name says nothing of the person. No such page where this machine cannot print."""
    if not can_print():
        raise Http404
    response = HttpResponse(paper.pdf("certificate", words_of(certificate)), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="certificate.pdf"'
    response["Cache-Control"] = "no-store"
    return response
