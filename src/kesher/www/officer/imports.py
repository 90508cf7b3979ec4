"""Lists of services brought in by the browser: send a table, say what its columns are, read the trial, load it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View
from pydantic import ValidationError

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.directory import uploads
from kesher.directory.models import LOADERS, Dataset, ImportRun, Upload
from kesher.formats.records import Refusal, UnreadableFile
from kesher.formats.refusals import from_data, said_from_data
from kesher.www.limits import too_many
from kesher.www.officer.import_forms import ColumnsForm, SendForm
from kesher.www.remarks import as_table

PAGE_SIZE = 25


class LoadersOnly(AccessMixin):
    """Officers and the platform's administrators; for anybody else there is no such page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not user.is_authenticated:
            return self.handle_no_permission()
        if not user.has_role(*LOADERS):
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


def signed_in(request: HttpRequest) -> User:
    """The user; :class:`LoadersOnly` has let nobody else in."""
    assert request.user.is_authenticated
    return request.user


def own_organisation(user: User) -> Organisation:
    """For whom a loader loads: the organisation where they hold the role."""
    order: list[str] = [Role.OFFICER, Role.PLATFORM_ADMIN]
    mine = [m for m in user.memberships_in_force if m.role in order]
    found: Organisation = min(mine, key=lambda m: order.index(m.role)).organisation
    return found


def an_upload(request: HttpRequest, pk: UUID, *, whole: bool = False) -> Upload:
    """The upload, or 404 for another organisation's. Its content and remarks only when ``whole``."""
    visible = Upload.objects.visible_to(request.user).select_related("organisation", "run__dataset")
    found = (visible if whole else visible.defer("content")).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


class ImportsView(LoadersOnly, View):
    """What was sent today and what has been loaded, and the form that sends the next table."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, SendForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SendForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        if too_many(request, "upload", most=60, seconds=3600):
            form.add_error(None, _("That was a lot of files from one connection. Please try again in an hour."))
            return self._draw(request, form, status=400)
        file = form.cleaned_data["file"]
        try:
            upload = uploads.receive(
                file.read(),
                file_name=file.name,
                organisation=own_organisation(signed_in(request)),
                user_id=signed_in(request).pk,
            )
        except UnreadableFile as fault:
            form.fault = fault
            form.add_error("file", _("This file cannot be read as a table."))
            return self._draw(request, form, status=400)
        return redirect("import_columns", pk=upload.pk)

    @staticmethod
    def _draw(request: HttpRequest, form: SendForm, status: int = 200) -> HttpResponse:
        runs = ImportRun.objects.visible_to(request.user).select_related("dataset").defer("report").order_by("-id")
        page = Paginator(runs, PAGE_SIZE).get_page(request.GET.get("page"))
        context = {
            "form": form,
            "fault": form.fault,
            "uploads": Upload.objects.visible_to(request.user)
            .filter(loaded_at=None)
            .defer("content", "remarks")
            .order_by("-id")[:20],
            "page": page,
            "runs": [{"run": run, "counts": totals(run.counts)} for run in page],
            "largest": uploads.LARGEST // (1024 * 1024),
        }
        return render(request, "officer/imports.html", context, status=status)


class ColumnsView(LoadersOnly, View):
    """What is each column? The answers make the mapping; sending them tries the file out."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        upload = an_upload(request, pk)
        if upload.loaded_at is not None:
            return redirect("import_trial", pk=pk)
        return self._draw(request, upload, ColumnsForm(upload=upload))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        upload = an_upload(request, pk, whole=True)
        if upload.doing or upload.loaded_at is not None:
            return redirect("import_trial", pk=pk)
        form = ColumnsForm(request.POST, upload=upload)
        if not form.is_valid():
            return self._draw(request, upload, form, status=400)
        said = form.cleaned_data
        try:
            mapping = uploads.mapping_of(upload, form.columns(), language=said["language"], separator=said["separator"])
        except ValidationError as faults:
            for fault in faults.errors(include_url=False, include_context=False):
                form.add_error(None, str(fault["msg"]).removeprefix("Value error, "))
            return self._draw(request, upload, form, status=400)
        try:
            uploads.describe(upload, mapping, dataset=said["dataset"], close_anyway=said["close_anyway"])
            uploads.start(upload, Upload.Doing.TRIAL)
        except uploads.CannotStart as refusal:
            messages.error(request, why_not(refusal.code))
        return redirect("import_trial", pk=pk)

    @staticmethod
    def _draw(request: HttpRequest, upload: Upload, form: ColumnsForm, status: int = 200) -> HttpResponse:
        columns = form.rows()
        context = {
            "upload": upload,
            "form": form,
            "columns": columns,
            "sure": [row for row in columns if row["sure"]],
            "unsure": [row for row in columns if not row["sure"]],
            "datasets": Dataset.objects.order_by("slug").values_list("slug", flat=True)[:100],
        }
        return render(request, "officer/import_columns.html", context, status=status)


class TrialView(LoadersOnly, View):
    """What would happen, or what has: the counts, every remark, and the button that loads."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        upload = an_upload(request, pk)
        remarks = from_data(upload.remarks)
        page = Paginator(remarks, PAGE_SIZE).get_page(request.GET.get("page"))
        context = {
            "upload": upload,
            "counts": counted(upload.counts),
            "page": page,
            "left_out": sum(remark.fatal for remark in remarks),
            "noted": sum(not remark.fatal for remark in remarks),
            "can_load": uploads.can_load(upload),
            "trouble": said_from_data(upload.trouble["said"]) if "said" in upload.trouble else None,
        }
        return render(request, "officer/import_trial.html", context)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        upload = an_upload(request, pk, whole=True)
        try:
            uploads.start(upload, Upload.Doing.LOAD)
        except uploads.CannotStart as refusal:
            messages.error(request, why_not(refusal.code))
        return redirect("import_trial", pk=pk)


class RemoveUploadView(LoadersOnly, View):
    """Throw the file away before its day is over."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        upload = an_upload(request, pk)
        if upload.doing:
            messages.error(request, why_not("busy"))
            return redirect("import_trial", pk=pk)
        upload.delete()
        messages.success(request, _("The file is gone. Nothing of it was loaded."))
        return redirect("imports")


class RemarksView(LoadersOnly, View):
    """All remarks of a trial as a table."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return as_download(from_data(an_upload(request, pk).remarks))


class RunView(LoadersOnly, View):
    """What came of an import, also of one run on the server. ``?csv`` has all its remarks."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        run = ImportRun.objects.visible_to(request.user).select_related("dataset").filter(pk=pk).first()
        if run is None:
            raise Http404
        remarks = from_data(run.report)
        if "csv" in request.GET:
            return as_download(remarks)
        context = {
            "run": run,
            "counts": counted(run.counts),
            "page": Paginator(remarks, PAGE_SIZE).get_page(request.GET.get("page")),
            "left_out": sum(remark.fatal for remark in remarks),
            "noted": sum(not remark.fatal for remark in remarks),
        }
        return render(request, "officer/import_run.html", context)


def as_download(remarks: list[Refusal]) -> HttpResponse:
    # The byte order mark makes spreadsheet programs read Hebrew and Arabic as what they are.
    return HttpResponse(
        "\ufeff" + as_table(remarks),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="remarks.csv"'},
    )


def why_not(code: str) -> str:
    match code:
        case "busy":
            return _("It is being worked on. Wait a moment, then look again.")
        case "loaded":
            return _("This file has been loaded already.")
        case "untried":
            return _("Try it out first.")
    return _("There is nothing in it that can be loaded. Look at the remarks, mend the file, and send it again.")


def kind_words() -> dict[str, str]:
    return {
        "taxonomy": _("classifications"),
        "term": _("terms"),
        "organisation": _("organisations"),
        "programme": _("programmes"),
        "location": _("places"),
        "service": _("services"),
        "detail": _("details"),
    }


def counted(counts: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """The counts per kind, services first: they are what one came for."""
    words = kind_words()
    order = ["service", *(kind for kind in words if kind != "service")]
    return [{"kind": words[kind], "key": kind, **counts[kind]} for kind in order if kind in counts]


def totals(counts: dict[str, dict[str, int]]) -> dict[str, int]:
    """Of the services alone; what was refused, of all kinds."""
    services = counts.get("service", {})
    found = {name: services.get(name, 0) for name in ("created", "changed", "closed")}
    return found | {"refused": sum(kind.get("refused", 0) for kind in counts.values())}
