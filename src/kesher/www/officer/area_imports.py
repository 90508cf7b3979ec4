"""A table of areas brought in by the browser: send it, read the trial, load exactly what was tried.

The server keeps nothing between the two: the trial's page carries the file back, signed, for the one who sent it.
"""

import base64
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.areas.importing import AreaReport, load_reading
from kesher.areas.models import Area
from kesher.directory.search.areas import index_areas_later
from kesher.directory.uploads import ENDINGS, as_file, safe_name
from kesher.formats.areas import AreaReading, read
from kesher.formats.files import MIB, Limits
from kesher.formats.records import UnreadableFile
from kesher.www.limits import too_many
from kesher.www.officer.imports import LoadersOnly, signed_in

LARGEST = MIB  # bytes; the page of the trial carries the file back
MOST_ROWS = 5_000  # a country's towns; more take longer than a browser waits
LIMITS = Limits(workbook_bytes=16 * MIB)
SHOWN = 100
SALT = "kesher.areas.tried"
GOOD_FOR = 24 * 3600  # seconds


class SendAreasForm(forms.Form):
    fault: UnreadableFile | None = None

    file = forms.FileField(
        label=gettext_lazy("Table of areas"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=gettext_lazy("CSV or .xlsx, one area in each row, headings in the first."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(ENDINGS):
            raise ValidationError(_("Send a table: a file that ends with .csv, .tsv or .xlsx."))
        if file.size > LARGEST:
            raise ValidationError(_("The file is larger than 1 MB. Send it in parts, or have it loaded on the server."))
        return file


class AreaImportView(LoadersOnly, View):
    """``file`` is tried out; ``tried`` is the signed file of the trial, and is loaded."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, SendAreasForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        return self._load(request) if "tried" in request.POST else self._try(request)

    def _try(self, request: HttpRequest) -> HttpResponse:
        form = SendAreasForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        if too_many(request, "upload", most=60, seconds=3600):
            form.add_error(None, _("That was a lot of files from one connection. Please try again in an hour."))
            return self._draw(request, form, status=400)
        file = form.cleaned_data["file"]
        name, content = safe_name(file.name), file.read()
        try:
            reading = _read(name, content)
        except UnreadableFile as fault:
            form.fault = fault
            form.add_error("file", _("This file cannot be read as a table."))
            return self._draw(request, form, status=400)
        if len(reading.rows) > MOST_ROWS:
            form.add_error(
                "file",
                _("It has more than %(most)s areas. Send it in parts, or have it loaded on the server.")
                % {"most": MOST_ROWS},
            )
            return self._draw(request, form, status=400)
        report = load_reading(reading, dry_run=True, actor=signed_in(request).pk)
        return self._draw(request, form, report=report, tried=_carried(request, name, content, report))

    def _load(self, request: HttpRequest) -> HttpResponse:
        try:
            who, name, packed, promised = signing.loads(request.POST["tried"], salt=SALT, max_age=GOOD_FOR)
        except signing.BadSignature:
            who = ""
        if who != str(signed_in(request).pk):
            messages.error(request, _("This trial is too old. Send the table again."))
            return redirect("area_import")
        content = base64.b85decode(packed)
        trial = load_reading(_read(name, content), dry_run=True, actor=signed_in(request).pk)
        if not trial.succeeded or _counts(trial) != promised:  # what is here has changed since: see the trial again
            return self._draw(
                request, SendAreasForm(), report=trial, tried=_carried(request, name, content, trial), again=True
            )
        report = load_reading(_read(name, content), actor=signed_in(request).pk)
        if report.changed:
            index_areas_later()
        messages.success(
            request,
            _("The areas are here: %(new)s new, %(changed)s changed. Now choose the one this portal is for.")
            % {"new": report.created, "changed": report.changed}
            if not Area.objects.home().exists()
            else _("The areas are here: %(new)s new, %(changed)s changed.")
            % {"new": report.created, "changed": report.changed},
        )
        return redirect("areas")

    @staticmethod
    def _draw(
        request: HttpRequest,
        form: SendAreasForm,
        *,
        report: AreaReport | None = None,
        tried: str = "",
        again: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        remarks = report.refusals if report else []
        context: dict[str, Any] = {
            "form": form,
            "fault": form.fault,
            "report": report,
            "again": again,
            "tried": tried if report and report.succeeded and (report.created or report.changed) else "",
            "page": Paginator(remarks[:SHOWN], SHOWN).get_page(1),
            "left_out": report.refused if report else 0,
            "noted": sum(not remark.fatal for remark in remarks),
            "more": max(0, len(remarks) - SHOWN),
        }
        return render(request, "officer/area_import.html", context, status=status)


def _counts(report: AreaReport) -> list[int]:
    return [report.created, report.changed, report.unchanged]


def _carried(request: HttpRequest, name: str, content: bytes, report: AreaReport) -> str:
    """The file for the page to bring back, with what its trial promised, signed for this user."""
    whole = [str(signed_in(request).pk), name, base64.b85encode(content).decode(), _counts(report)]
    return signing.dumps(whole, salt=SALT, compress=True)


def _read(name: str, content: bytes) -> AreaReading:
    """Raises :class:`UnreadableFile`."""
    with as_file(name, content) as path:
        return read(path, limits=LIMITS)
