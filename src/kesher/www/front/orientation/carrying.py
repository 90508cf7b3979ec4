"""What one takes along from the result: a link without answers, as words and as a picture, and two or three side by side."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import qrcode  # type: ignore[import-untyped]
from django.http import HttpRequest
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from kesher.areas.models import Area
from kesher.directory.facts import Who
from kesher.directory.models import Term
from kesher.www.front.orientation.answers import Answers
from kesher.www.front.orientation.finding import Card, cards_of
from kesher.www.front.orientation.plain import days_ago, way_to
from kesher.www.front.orientation.reasons import listed
from kesher.www.front.orientation.wishes import meant
from kesher.www.languages import language_name

MOST_COMPARED = 3
#: Themes that the words of a link's sender spoke of: the words themselves stay behind.
MOST_SENT = 3
#: The half of the taxonomy that says what is done, beside the one that says for whom.
WANTED = "human_services:"


def link_of(answers: Answers, spoken: Iterable[str]) -> list[tuple[str, str]]:
    """Needs, area and languages as a link's query: what may be sent on. No words, no answers. ``spoken``: codes of the
    themes that the words spoke of."""
    wanted = [code for code in spoken if code.startswith(WANTED)][:MOST_SENT]
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
        door = reverse("find_business" if answers.door is Who.BUSINESS else "find_person")
        link = link_of(answers, meant(answers).codes)
        query = urlencode(link)
        address = self.request.build_absolute_uri(f"{door}?{query}" if query else door)
        return super().get_context_data(
            **kwargs, address=address, code=picture_of(address), back=door, holds=_holds(link)
        )


def _holds(link: list[tuple[str, str]]) -> list[Mapping[str, str]]:
    """The themes in a link by name: nobody sends on what they have not read."""
    codes = [value for name, value in link if name == "need"]
    names = dict(Term.objects.filter(code__in=codes).order_by("pk").values_list("code", "name"))
    return [names[code] for code in codes if code in names]


class CompareView(_Private):
    """Two or three services side by side."""

    template_name = "front/orientation/compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answers = _answers(self.request)
        area = Area.objects.filter(pk=answers.area).first() if answers.area else None
        keys = [key for key in map(_uuid, self.request.GET.getlist("s")) if key][:MOST_COMPARED]
        cards = cards_of(keys, answers, self.request.user, area=area)
        back = reverse("find_business" if answers.door is Who.BUSINESS else "find_person")
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
        (_("Where"), [way_to(card.result.distance, remote=card.result.service.remote) for card in cards]),
        (_("What it costs"), [_("Free of charge") if card.facts and card.facts.free else "" for card in cards]),
        (_("In which languages"), [_spoken(card) for card in cards]),
        (_("When it starts"), [_start(card) for card in cards]),
        (_("Free places"), ["" if card.free_places is None else str(card.free_places) for card in cards]),
        (_("Last checked"), [days_ago(card.checked) if card.checked else "" for card in cards]),
    ]


def _spoken(card: Card) -> str:
    return listed(map(language_name, card.facts.languages)) if card.facts else ""


def _start(card: Card) -> str:
    return str(date_format(card.next_start, "DATE_FORMAT")) if card.next_start else _("any day")
