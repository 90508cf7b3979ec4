"""The first page, and the way to it in the visitor's language."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.vary import vary_on_headers
from django.views.generic import TemplateView

from kesher.directory.orienting import catalogue
from kesher.www.front.orientation.topics import tiles_of
from kesher.www.front.themes import tiles


@vary_on_headers("Accept-Language", "Cookie")
def choose_language(request: HttpRequest) -> HttpResponse:
    """``/`` sends to the visitor's language: their browser's, else the site's."""
    language = translation.get_language_from_request(request)
    with translation.override(language):
        return redirect(reverse("front"))


class FrontView(TemplateView):
    """The front door."""

    template_name = "front/front.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, themes=tiles())


class PersonView(TemplateView):
    """The door for people: what one finds behind it and how it goes on."""

    template_name = "front/person.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, themes=tiles())


class BusinessView(TemplateView):
    """The door for businesses."""

    template_name = "front/business.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, topics=tiles_of(catalogue().needs))
