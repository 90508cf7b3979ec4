"""What one takes along from the result: a link without answers, as words and as a picture, and two or three side by side."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import qrcode  # type: ignore[import-untyped]
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.directory.facts import Who
from kesher.directory.models import Term
from kesher.directory.search.understanding import SITUATIONS
from kesher.www.front.orientation.answers import MOST_NEEDS, Answers
from kesher.www.front.orientation.finding import Card, cards_of
from kesher.www.front.orientation.plain import days_ago, way_to
from kesher.www.front.orientation.topics import TOPICS
from kesher.www.front.orientation.wishes import meant
from kesher.www.front.services.in_a_text import as_link
from kesher.www.languages import language_name
from kesher.www.navigation import has_own_file
from kesher.www.rule_words.values import listed

MOST_COMPARED = 3
#: Themes that the words of a link's sender spoke of: the words themselves stay behind.
MOST_SENT = 3
NAMED_TOPICS: Final = {topic.code: topic.heading for topic in TOPICS}
#: What a link may carry.
LINKED: Final = ("need", "topic", "area", "speaks")
DOORS: Final = {Who.PERSON: "find_person", Who.BUSINESS: "find_business"}


def given_by(request: HttpRequest) -> list[tuple[str, str]]:
    """What the link said by which one came: a tile's theme, an area, languages; never what was typed or answered here."""
    return [(name, value[:255]) for name in LINKED for value in request.GET.getlist(name)[:MOST_NEEDS]]


def address_of(path: str, query: list[tuple[str, str]]) -> str:
    """A path with a query, readable: codes of themes keep their colons."""
    if not query:
        return path
    return f"{path}{'&' if '?' in path else '?'}{urlencode(query, safe=':')}"


def link_of(answers: Answers, spoken: Iterable[str]) -> list[tuple[str, str]]:
    """Needs, area and languages as a link's query: what may be sent on. No words, no answers. ``spoken``: codes of the
    themes that the words spoke of."""
    wanted = [code for code in spoken if not code.startswith(SITUATIONS)][:MOST_SENT]  # what is wanted, not who asks
    needs = answers.needs or ([] if answers.topic else wanted)
    query = [("need", code) for code in needs]
    if answers.topic:
        query.append(("topic", answers.topic))
    if answers.area:
        query.append(("area", str(answers.area)))
    return query + [("speaks", code) for code in answers.speaks]


def picture_of(address: str) -> dict[str, Any]:
    """A QR code as the path of a drawing: ``size`` in modules, and ``path`` with a run of dark modules each."""
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    rows = code.get_matrix()
    runs = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                runs.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = max(end, x + 1)
    return {"size": len(rows), "path": "".join(runs)}


def _answers(request: HttpRequest) -> Answers:
    answers = Answers.of(request)
    door = request.GET.get("door", "")
    return answers.at(Who(door) if door in list(Who) else answers.door).with_link(request.GET)


class _Private(TemplateView):
    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        response = super().render_to_response(context, **kwargs)
        add_never_cache_headers(response)
        return response


class SendView(_Private):
    """A link to oneself or to somebody else."""

    template_name = "front/orientation/send.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answers = _answers(self.request)
        door = reverse(DOORS[answers.door])
        asked = link_of(answers, meant(answers).codes)
        names = _names(asked)
        link = [(name, value) for name, value in asked if name == "speaks" or value in names or value in NAMED_TOPICS]
        address = self.request.build_absolute_uri(address_of(door, link))
        return super().get_context_data(
            **kwargs,
            address=address,
            has_file=has_own_file(self.request.user),
            code=picture_of(address),
            back=address_of(door, given_by(self.request)),
            holds=[names[value] for name, value in link if value in names],
            topic=NAMED_TOPICS.get(answers.topic, ""),
            spoken=[language_name(code) for code in answers.speaks],
            text_link=as_link(address),
        )


def _names(link: list[tuple[str, str]]) -> Mapping[str, Mapping[str, str]]:
    """The themes and the place of a link by name. What has none is not sent on: nobody sends what they have not
    read, and a link somebody made by hand does not make the picture large."""
    codes = [value for name, value in link if name == "need"]
    keys = [value for name, value in link if name == "area"]
    themes = Term.objects.filter(code__in=codes).order_by("pk").values_list("code", "name")
    places = Area.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "name")
    return {**dict(themes), **{str(key): name for key, name in places}}


class CompareView(_Private):
    """Two or three services side by side."""

    template_name = "front/orientation/compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answers = _answers(self.request)
        area = Area.objects.filter(pk=answers.area).first() if answers.area else None
        keys = [key for key in map(_uuid, self.request.GET.getlist("s")) if key][:MOST_COMPARED]
        cards = cards_of(keys, answers, self.request.user, area=area)
        back = address_of(reverse(DOORS[answers.door]), given_by(self.request))
        rows = [{"label": label, "cells": cells} for label, cells in _rows(cards)]
        return super().get_context_data(**kwargs, cards=cards, rows=rows, back=back)


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def _rows(cards: list[Card]) -> list[tuple[str, list[str]]]:
    """What differs between services, a row each; "" where nobody said."""
    return [
        (_("Where"), [_where(card) for card in cards]),
        (_("In which languages"), [_spoken(card) for card in cards]),
        (_("When it starts"), [_start(card) for card in cards]),
        (_("Free places"), ["" if card.free_places is None else str(card.free_places) for card in cards]),
        (_("Last checked"), [days_ago(card.checked) if card.checked else "" for card in cards]),
    ]


def _where(card: Card) -> str:
    towns = [in_language(town, translation.get_language() or "en").text for town in card.towns]
    return " · ".join(filter(None, [*towns, way_to(card.result.distance, remote=card.result.service.remote)]))


def _spoken(card: Card) -> str:
    return listed(map(language_name, card.facts.languages)) if card.facts else ""


def _start(card: Card) -> str:
    return str(date_format(card.next_start, "DATE_FORMAT")) if card.next_start else _("no fixed day")
