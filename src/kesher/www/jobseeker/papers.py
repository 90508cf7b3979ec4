"""My papers: sent from my telephone, opened, taken out; and all of my file in one archive, the papers with it."""

import json
import tempfile
import zipfile
from typing import IO
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from kesher.people import attachments, export
from kesher.people.models import Attachment
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.people.papers import SANDBOX, paper_for, papers_page
from kesher.www.jobseeker.access import OwnFile
from kesher.www.limits import too_often

#: So much of an archive is put together in memory, the rest on the disk, without a name there.
IN_MEMORY = 4 << 20


@method_decorator(sensitive_post_parameters(), name="dispatch")
class MyPapersView(OwnFile, View):
    """What is there, and one more."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.post(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        return papers_page(
            request, self.person, self.by, here="my_papers", here_kwargs={}, paper="my_paper", is_own=True
        )


class MyPaperView(OwnFile, View):
    """One of them."""

    http_method_names = ["get", "head"]

    def without(self, request: HttpRequest) -> HttpResponse:
        return redirect("my_file")

    def get(self, request: HttpRequest, paper: UUID) -> HttpResponse:
        return paper_for(request, self.person, paper, back=redirect("my_papers"))


class MyArchiveView(OwnFile, View):
    """All that stands in my file as data, and my papers beside it, under a name that says nothing."""

    http_method_names = ["get", "head"]

    def without(self, request: HttpRequest) -> HttpResponse:
        return redirect("my_file")

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if too_often(str(signed_in(request).pk), "archive", most=6, seconds=600):
            messages.error(request, _("That were many archives. Please go on in ten minutes."))
            page = papers_page(
                request, self.person, self.by, here="my_papers", here_kwargs={}, paper="my_paper", is_own=True
            )
            page.status_code = 429
            return page
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (the answer closes it)
        try:
            self._pack(request, file)
            response = FileResponse(file, as_attachment=True, filename="file.zip", content_type="application/zip")
        except BaseException:  # there will be no answer to close it
            file.close()
            raise
        response["Content-Security-Policy"] = SANDBOX
        return response

    def _pack(self, request: HttpRequest, file: IO[bytes]) -> None:
        data = json.dumps(export.as_data(self.person), ensure_ascii=False, indent=2)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("file.json", data)
            rows = (
                Attachment.objects.visible_to(signed_in(request)).filter(person=self.person).openable().order_by("id")
            )
            for number, row in enumerate(rows, 1):
                try:
                    archive.writestr(f"papers/{number:02d} {row.name}", attachments.opened(row))
                except attachments.NotOpen:
                    continue  # said in the log; the data tell that it is missing
        file.seek(0)
