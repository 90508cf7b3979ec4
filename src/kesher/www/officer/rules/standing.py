"""The services a rule stands before: found by their words, added and taken away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View

from kesher.directory.models import Service
from kesher.directory.rules import stand_before
from kesher.directory.search import Scope, find_keys
from kesher.www.officer.rules.access import KeepersOnly, rule_of, signed_in
from kesher.www.officer.rules.pages import services_behind

PAGE_SIZE = 20
MOST_FOUND = 200
LONGEST_QUERY = 100


class StandingView(KeepersOnly, View):
    """``?q=`` words of a service to add."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        rule, user = rule_of(request, pk), signed_in(request)
        words = request.GET.get("q", "").replace("\x00", "")[:LONGEST_QUERY].strip()
        there = services_behind(rule, user)
        page: Any = None
        if words:
            already = {service.pk for service in there}
            # Drafts are found too: a rule may be ready before its service is.
            keys = [key for key in find_keys(words, Scope.of(user), most=MOST_FOUND) if key not in already]
            page = Paginator(keys, PAGE_SIZE).get_page(request.GET.get("page"))
            found = Service.objects.visible_to(user).select_related("organisation").in_bulk(list(page.object_list))
            page.object_list = [found[key] for key in page.object_list if key in found]
        context = {
            "rule": rule,
            "services": there,
            "words": words,
            "page": page,
            "query": urlencode({"q": words}),
        }
        return render(request, "officer/rules/services.html", context)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        rule, user = rule_of(request, pk), signed_in(request)
        service = _asked(user, request.POST.get("service", ""))
        if request.POST.get("do") not in ("add", "remove"):
            raise Http404
        stands = request.POST["do"] == "add"
        stand_before(rule, service, by=user, stands=stands)
        messages.success(
            request,
            _("The rule stands before this service now.")
            if stands
            else _("The rule no longer stands before this service."),
        )
        words = request.POST.get("q", "")[:LONGEST_QUERY]
        return redirect(
            reverse("rule_services", kwargs={"pk": rule.pk}) + (f"?{urlencode({'q': words})}" if words else "")
        )


def _asked(user: Any, key: str) -> Service:
    try:
        service = Service.objects.visible_to(user).filter(pk=UUID(key)).first()
    except ValueError:
        service = None
    if service is None:
        raise Http404
    return service
