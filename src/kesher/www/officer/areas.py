"""Areas: the hierarchy to walk through, and which of them this portal is for."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from kesher.areas.models import Area, choose_home
from kesher.base.history import acting
from kesher.directory.models import LOADERS
from kesher.engine.text import fold
from kesher.formats.areas import template_csv
from kesher.www.officer.imports import LoadersOnly
from kesher.www.officer.moderation import OverseersOnly

PAGE_SIZE = 50


def _upwards(area: Area | None) -> list[Area]:
    """What an area lies in, the largest first, itself last."""
    found: list[Area] = []
    while area is not None and len(found) < 20:
        found.append(area)
        area = area.parent
    return found[::-1]


class AreasView(OverseersOnly, View):
    """``?q=`` searches names and codes; without it the areas that lie in nothing, or in the one of the address."""

    def get(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        here = get_object_or_404(Area.objects.select_related("parent__parent__parent__parent"), pk=pk) if pk else None
        asked = request.GET.get("q", "").strip()[:100]
        if asked:
            wanted = fold(asked)
            keys = [
                area.pk
                for area in Area.objects.only("pk", "name", "code")
                if area.code == asked or any(wanted in fold(name) for name in area.name.values())
            ]
            found = Area.objects.filter(pk__in=keys)
        else:
            found = Area.objects.filter(parent=here)
        found = found.select_related("home", "parent").annotate(number_of_parts=Count("parts")).order_by("path")
        context: dict[str, Any] = {
            "here": here,
            "upwards": _upwards(here),
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
            "asked": asked,
            "query": urlencode({"q": asked}) if asked else "",
            "home": Area.objects.home().select_related("parent").order_by("home__id"),
            "here_is_home": here is not None and Area.objects.home().filter(pk=here.pk).exists(),
            "there_are_areas": Area.objects.exists(),
            "may_choose": request.user.has_role(*LOADERS),  # type: ignore[union-attr]
        }
        return render(request, "officer/areas.html", context)


class ChooseAreaView(LoadersOnly, View):
    """This portal is for this area, or no longer (``not=1``)."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        area = get_object_or_404(Area, pk=pk)
        home = [one for one in Area.objects.home().order_by("home__id") if one.pk != area.pk]
        if not request.POST.get("not"):
            home.append(area)
        assert request.user.is_authenticated  # LoadersOnly
        with acting(actor=request.user.pk, reason="areas of the portal"):
            choose_home(home)
        messages.success(request, _("Saved."))
        return redirect("areas")


class AreasTemplateView(OverseersOnly, View):
    """The table of areas to fill in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(
            "\ufeff" + template_csv(),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="areas.csv"'},
        )
