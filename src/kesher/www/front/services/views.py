"""The list of services with its filters, a service's page, and telling us about a mistake."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import numpy as np
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from kesher.accounts.models import Organisation
from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.directory.duplicates import kept_instead_of
from kesher.directory.exporting import export_services
from kesher.directory.json_ld import service_json_ld
from kesher.directory.models import Kind, Location, Phone, Schedule, Service, ServiceAtLocation, Term
from kesher.directory.search import Found, Scope, SearchQuery, find
from kesher.directory.taxonomies import THEMES
from kesher.engine.distance import kilometres
from kesher.www import errors
from kesher.www.front.orientation.answers import Answers
from kesher.www.front.orientation.plain import closed_now, open_now, way_to
from kesher.www.front.orientation.views import known_areas, may_refer
from kesher.www.front.services.cards import as_typed, cards, with_final_letter
from kesher.www.front.services.discreet import is_discreet
from kesher.www.front.services.for_whom import rules_of
from kesher.www.front.services.for_work import for_work
from kesher.www.front.services.forms import DISTANCES, NO_WORK, MistakeForm, SearchForm
from kesher.www.front.services.hours import at, in_words, week
from kesher.www.front.services.in_a_text import as_link, words_of
from kesher.www.languages import language_name
from kesher.www.limits import too_many

PAGE_SIZE = 20
GOVERNMENT = {Organisation.Kind.MUNICIPALITY, Organisation.Kind.EMPLOYMENT_SERVICE, Organisation.Kind.AGENCY}
MOST_CHOICES = 24
SERVICES = "human_services"  # the half of Open Eligibility that says what is done, beside for whom


def with_all_a_page_shows(services: QuerySet[Service]) -> QuerySet[Service]:
    """Everything on a service's page, in a fixed number of queries."""
    places = ServiceAtLocation.objects.select_related("location__area").prefetch_related(
        "location__addresses",
        "location__accessibility",
        "schedules",
        "location__schedules",
        "phones",
        "location__phones",
    )
    return services.select_related("organisation", "programme").prefetch_related(
        "languages",
        "costs",
        "schedules",
        "phones",
        "terms__term__taxonomy",
        Prefetch("at_locations", queryset=places),
        "required_documents",
        "contacts",
        "capacities",
        "service_areas__area",
        "links",
        "organisation__phones",
    )


class ServiceListView(TemplateView):
    """Search, filters that stay, and the services found."""

    template_name = "front/services/list.html"

    @cached_property
    def asked(self) -> dict[str, Any]:
        return SearchForm(self.request.GET).understood()

    @cached_property
    def area(self) -> Area | None:
        key = self.asked.get("area")
        return Area.objects.filter(pk=key).first() if key else None

    @cached_property
    def now(self) -> datetime:
        return timezone.localtime()

    def search_query(self) -> SearchQuery:
        asked = self.asked
        near = self.area.centre if self.area and asked.get("within") else None
        return SearchQuery(
            text=asked.get("q", ""),
            language=translation.get_language() or settings.LANGUAGE_CODE,
            themes=(asked["theme"],) if asked.get("theme") else (),
            area=self.area.pk if self.area and not near else None,
            near=near,
            within_km=asked.get("within") if near else None,
            remote=True if asked.get("remote") else None,
            languages=(asked["language"],) if asked.get("language") else (),
            free_only=bool(asked.get("free")),
            referral=asked.get("refer"),
            open_at=self.now if asked.get("open") else None,
            now=self.now,
            scope=Scope.of(self.request.user),
            page=asked.get("page", 1),
            page_size=PAGE_SIZE,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.search_query()
        found = find(query)
        typed = as_typed(self.asked.get("q", ""))
        shown = cards(found, self.request.user, typed=typed)
        pages = Paginator(range(found.total), PAGE_SIZE)
        number = self.asked.get("page", 1)
        return super().get_context_data(
            **kwargs,
            asked={name: self.asked.get(name, "") for name in SearchForm.base_fields},
            narrowed=bool(self.asked),
            found=found,
            cards=shown,
            pills=self._pills(),
            work=None if "work" in self.asked else for_work(query, self.request.user),
            without_work=self._address(work=NO_WORK, page=None),
            choices=self._choices(found),
            guesses=[
                {
                    "word": typed.get(word.word, word.word),
                    "read_as": [with_final_letter(read) for read in word.read_as],
                }
                for word in found.words
                if word.read_as
            ],
            page=pages.get_page(number),
            query=self._address(page=None),
            distances=DISTANCES,
            points=[
                {"latitude": latitude, "longitude": longitude, "service": card}
                for card in shown
                for latitude, longitude in card.facts.points
            ],
        )

    def _address(self, **changes: object) -> str:
        """This page's query with changes; None removes."""
        kept = {name: value for name, value in (self.asked | changes).items() if value not in (None, "", False)}
        return urlencode({name: 1 if value is True else value for name, value in kept.items()})

    def _pills(self) -> list[dict[str, str]]:
        """The filters in force, each with the address of this page without it."""
        asked, language = self.asked, translation.get_language() or "en"
        labels: dict[str, str] = {}
        if "theme" in asked:
            term = Term.objects.filter(code=asked["theme"]).first()
            labels["theme"] = in_language(term.name, language).text if term else asked["theme"]
        if self.area:
            labels["area"] = in_language(self.area.name, language).text
        if self.area and "within" in asked:
            labels["within"] = _("within %(km)s km") % {"km": asked["within"]}
        if "language" in asked:
            labels["language"] = language_name(asked["language"])
        if "refer" in asked:
            labels["refer"] = str(Service.ReferralMode(asked["refer"]).label)
        for name, label in (
            ("free", _("Free of charge")),
            ("remote", _("By phone or online")),
            ("open", _("Open now")),
        ):
            if name in asked:
                labels[name] = label
        return [
            {"label": label, "query": self._address(**{name: None, "page": None})} for name, label in labels.items()
        ]

    def _choices(self, found: Found) -> dict[str, list[dict[str, Any]]]:
        """What one could choose next, the most frequent first, with how many services each would show."""
        language = translation.get_language() or "en"
        facets = found.facets
        levels = (Area.Level.LOCALITY, Area.Level.AUTHORITY)
        areas = Area.objects.filter(level__in=levels).order_by("pk").values_list("pk", "name")
        # The upper level of the services' half is a shelf; what is below is too fine for a list of choices.
        shelves = Term.objects.filter(parent__code=SERVICES).order_by("path").values_list("pk", "code", "name")
        return {
            "theme": _ordered(
                {"value": code, "label": in_language(name, language).text, "count": facets.themes[key]}
                for key, code, name in shelves
                if key in facets.themes
            ),
            "area": _ordered(
                {"value": str(key), "label": in_language(name, language).text, "count": facets.areas[key]}
                for key, name in areas.filter(pk__in=list(facets.areas))
            ),
            "language": _ordered(
                {"value": code, "label": language_name(code), "count": count}
                for code, count in facets.languages.items()
            ),
            "refer": [
                {"value": mode.value, "label": mode.label, "count": facets.referral.get(mode.value, 0)}
                for mode in Service.ReferralMode
            ],
            "free": [{"count": facets.free}],
            "remote": [{"count": facets.remote}],
        }


def _ordered(choices: Any) -> list[dict[str, Any]]:
    return sorted(choices, key=lambda choice: (-choice["count"], choice["label"]))[:MOST_CHOICES]


def _all_schedules(service: Service, places: list[ServiceAtLocation]) -> list[Schedule]:
    """The hours that hold for a service: its own, else those at its places, else those of the places."""
    own = list(service.schedules.all())
    here = [schedule for place in places for schedule in place.schedules.all()]
    return own or here or [schedule for place in places for schedule in place.location.schedules.all()]


def _fees(service: Service) -> dict[str, str]:
    """What is told about the cost beyond the list of costs: nothing when it says a second time what stands there."""
    fees: dict[str, str] = service.fees_description
    costs = list(service.costs.all())
    said_already = [cost.amount_description for cost in costs]
    return {} if fees in said_already or (costs and all(cost.amount == 0 for cost in costs)) else fees


def _call(service: Service, places: list[ServiceAtLocation]) -> Phone | None:
    """The one telephone to ring first: the service's, else that of its place, else the organisation's."""
    found = list(service.phones.all())
    for place in places[:1]:
        found += [*place.phones.all(), *place.location.phones.all()]
    if service.organisation:
        found += service.organisation.phones.all()
    return next((phone for phone in found if phone.type in ("", "voice", "cell", "hotline")), None)


def _town(location: Location) -> dict[str, str]:
    """The town in the reader's own words, where the directory knows it as one of its areas."""
    area = location.area
    return area.name if area and area.level in (Area.Level.LOCALITY, Area.Level.AUTHORITY) else {}


def _way(area: Area | None, location: Location) -> str:
    """How far it is from there; empty where nobody knows, or said where from."""
    centre = area.centre if area else None
    if centre is None or location.latitude is None or location.longitude is None:
        return ""
    (far,) = kilometres(*centre, np.array([location.latitude]), np.array([location.longitude])).tolist()
    return way_to(far, remote=False)


def _words_of_place(place: ServiceAtLocation) -> list[dict[str, str]]:
    """What is told of it in sentences, besides its name and where it is."""
    here = place.location
    return [place.description, here.transportation, *(one.description for one in here.accessibility.all())]


def article(service: Service, *, area: Area | None = None) -> dict[str, Any]:
    """What the article on a service's page needs to know; the preview shows the same one. ``area``: where one comes from."""
    now = timezone.localtime()
    places = list(service.at_locations.all())
    schedules = _all_schedules(service, places)
    stands = at(schedules, now)
    return {
        "service": service,
        # every term, whatever taxonomy it is of: also whom it is for tells
        "discreet": is_discreet(service, [attribute.term for attribute in service.terms.all()]),
        "lives_in": area.name if area else {},
        "fees": _fees(service),
        "cost_words": [
            words
            for cost in service.costs.all()
            for words in (cost.option, cost.amount_description if cost.amount else {})
        ],
        "paper_words": [one.document for one in service.required_documents.all()],
        "rules": rules_of(service, now.date()),
        "call": _call(service, places),
        "profile": getattr(service.organisation, "profile", None) if service.organisation else None,
        "places": [
            {
                "location": place.location,
                "town": _town(place.location),
                "description": place.description,
                "addresses": list(place.location.addresses.all()),
                "phones": list(place.phones.all()) or list(place.location.phones.all()),
                "week": week(place.schedules.all() or place.location.schedules.all(), now.date()),
                "accessibility": list(place.location.accessibility.all()),
                "way": _way(area, place.location),
                "words": _words_of_place(place),
            }
            for place in places
        ],
        "week": week(schedules, now.date()),
        "hours_in_words": in_words(schedules, now.date()),
        "open": stands.open,
        "open_now": open_now(stands.until),
        "closed_now": closed_now(stands.opens, now.date()),
        "spoken_languages": [
            {"label": language_name(spoken.code), "cefr": spoken.cefr_minimum, "note": spoken.note}
            for spoken in service.languages.all()
        ],
        "themes": [attribute.term for attribute in service.terms.all() if attribute.term.taxonomy.slug in THEMES],
        "stale": service.is_stale(now.date()),
        "points": [
            {"latitude": p.location.latitude, "longitude": p.location.longitude, "service": service}
            for p in places
            if p.location.latitude is not None
        ],
    }


def _known_area(written: str) -> Area | None:
    try:
        return known_areas().filter(pk=UUID(written)).first()
    except ValueError:
        return None


def _json_ld(request: HttpRequest, service: Service) -> dict[str, Any] | None:
    """The page for search engines; what is not public is not told to them."""
    if service.state != Service.State.PUBLISHED:
        return None
    export = export_services(Service.objects.published().filter(pk=service.pk), full=True)
    record = export.services[0]
    return service_json_ld(
        record,
        settings.PUBLIC_URL + request.path,
        translation.get_language() or settings.LANGUAGE_CODE,
        organisation=export.organisations.get(record.organisation_id or ""),
        locations=export.locations,
        of_government=service.organisation is not None and service.organisation.kind in GOVERNMENT,
    )


class ServiceView(View):
    """Everything about one service: what, for whom, cost, papers, languages, when, where, how to enter, who to call."""

    told_to_machines = True

    def get(self, request: HttpRequest, pk: UUID, form: MistakeForm | None = None) -> HttpResponse:
        service = self._service(request, pk)
        if service.state == Service.State.ARCHIVED and (kept := kept_instead_of(Kind.SERVICE, pk)):
            moved = redirect("service", pk=kept, permanent=True)
            moved["Cache-Control"] = "max-age=3600"  # a merge may be undone; browsers keep a 301 for ever unless told
            return moved
        if (
            service.state == Service.State.ARCHIVED
            and not Service.objects.editable_by(request.user).filter(pk=pk).exists()
        ):
            return errors.gone(request)
        shown = article(service, area=self.where_from(request))
        language = translation.get_language() or settings.LANGUAGE_CODE
        context = shown | {
            "json_ld": _json_ld(request, service) if self.told_to_machines else None,
            "text_link": as_link(words_of(shown, language)),
            "heading": "",
            "mistake_form": form or MistakeForm(),
            "may_refer_here": may_refer(request) and Service.objects.taking_referrals().filter(pk=pk).exists(),
        }
        status = 400 if form is not None else 200
        return render(request, "front/services/service.html", context, status=status)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A mistake is reported: kept, and the visitor thanked; what they typed is never lost."""
        service = self._service(request, pk)
        form = MistakeForm(request.POST)
        if form.is_a_program:
            return redirect("service", pk=pk)
        if not form.is_valid():
            return self.get(request, pk, form)
        if too_many(request, "mistake", most=10, seconds=3600):
            form.add_error(None, _("That was a lot of reports from one connection. Please try again in an hour."))
            return self.get(request, pk, form)
        report = form.save(commit=False)
        report.service = service
        report.language = translation.get_language() or settings.LANGUAGE_CODE
        report.save()
        messages.success(request, _("Thank you. Whoever keeps this page will look at it."))
        return redirect("service", pk=pk)

    def where_from(self, request: HttpRequest) -> Area | None:
        """Where the visitor lives, as far as the address they came by says it; what they answered is not sent here."""
        return _known_area(request.GET.get("area", ""))

    @staticmethod
    def _service(request: HttpRequest, pk: UUID) -> Service:
        everything = with_all_a_page_shows(Service.objects.all())
        visible = everything.visible_to(request.user).filter(pk=pk).first()  # type: ignore[attr-defined]
        if visible is not None:
            return visible  # type: ignore[no-any-return]
        # What was public and has ended says so (410); what never was public does not exist (404).
        ended = everything.once_public().filter(pk=pk, state=Service.State.ARCHIVED).first()  # type: ignore[attr-defined]
        if ended is None:
            raise Http404
        return ended  # type: ignore[no-any-return]


class ServiceForVisitorView(ServiceView):
    """The same page behind a result page, to whose addresses alone the visitor's answers are sent: how far it is from where
    they said they live stands on it, and nowhere in its address."""

    told_to_machines = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex"
        return response

    def where_from(self, request: HttpRequest) -> Area | None:
        area = Answers.of(request).area
        return known_areas().filter(pk=area).first() if area else None
