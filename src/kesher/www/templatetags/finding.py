"""What a card of the result page says in words: distance, facts as pills, the parts of the order."""

from collections.abc import Iterator, Sequence

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kesher.engine.orientation import Part
from kesher.www.front.orientation.finding import Card, PlacesTold
from kesher.www.front.orientation.plain import closed_now, days_ago, open_now, way_to
from kesher.www.front.services.cards import Pill
from kesher.www.languages import language_name
from kesher.www.rule_words import values

register = template.Library()
MOST_LANGUAGES = 5

PARTS: dict[str, str | Promise] = {
    "need": gettext_lazy("What you need"),
    "distance": gettext_lazy("Distance"),
    "language": gettext_lazy("Language"),
    "start": gettext_lazy("When it starts"),
    "places": gettext_lazy("Free places"),
    "checked": gettext_lazy("How fresh the page is"),
}


@register.filter
def listed(items: Sequence[str]) -> str:
    return values.listed(map(str, items))


@register.filter
def beside(items: Sequence[str]) -> str:
    return values.beside(items)


@register.filter
def one_of(items: Sequence[str]) -> str:
    return values.one_of(items)


@register.filter
def at(items: Sequence[Card], place: int) -> Card:
    return items[place]


@register.filter
def how_far(card: Card) -> str:
    return way_to(card.result.distance, remote=card.result.service.remote)


@register.filter
def card_facts(card: Card) -> Iterator[Pill]:
    """What one wants to know before opening the page, in a word each."""
    facts = card.facts
    if facts is not None and not card.status and facts.open:
        yield Pill(open_now(facts.until), "fits")
    if card.next_start is not None:
        day = date_format(card.next_start, "DATE_FORMAT")
        yield Pill(_("Next start: %(day)s") % {"day": day}, icon="calendar")
    if (told := card.places_told) is not None:
        yield Pill(_places(told), "no" if told.free == 0 else "", icon="" if told.free == 0 else "users")
    elif card.free_places is not None:
        n = card.free_places
        if n:
            yield Pill(ngettext("%(count)d place free", "%(count)d places free", n) % {"count": n}, icon="users")
        else:
            yield Pill(_("No place free now"), "no")
    if facts is not None and facts.stale:
        yield Pill(_("Not checked for a while"), "ask")


def _places(told: PlacesTold) -> str:
    """For whoever sends somebody: the number is as good as the day it was told."""
    day = date_format(told.day, "DATE_FORMAT")
    words = ngettext("%(count)d place free (as of %(day)s)", "%(count)d places free (as of %(day)s)", told.free)
    return words % {"count": told.free, "day": day} if told.free else _("No place free (as of %(day)s)") % {"day": day}


@register.filter
def card_line(card: Card) -> str:
    """What is good to know besides, in one line: cost, languages, that it is closed and when it opens, when it was checked."""
    facts, said = card.facts, []
    if facts is not None and facts.free:
        said.append(_("Free of charge"))
    if facts is not None and facts.languages:
        said.append(values.listed(map(language_name, facts.languages[:MOST_LANGUAGES])))
    if facts is not None and facts.open is False and not card.status:
        said.append(closed_now(facts.opens, timezone.localdate()))
    if card.checked is not None and not (facts is not None and facts.stale):
        said.append(_("checked %(day)s") % {"day": days_ago(card.checked)})
    return " · ".join(said)


@register.filter
def parts(card: Card) -> SafeString:
    """The parts of a card's order, as points of a hundred. Six for each card: a template's loop takes a twelfth of the page."""
    rows = (
        (
            PARTS[part.name],
            _how(card, part),
            _("%(points)s of %(most)s points") % {"points": round(100 * part.points), "most": round(100 * part.weight)},
        )
        for part in card.result.parts
    )
    return format_html_join("", '<div><dt>{}</dt><dd>{} <span class="soft">({})</span></dd></div>', rows)


def _how(card: Card, part: Part) -> str:
    service = card.result.service
    match part.name:
        case "distance":
            return how_far(card) or _("not known")
        case "language" if not service.languages:
            return _("not known")
        case "language":
            return _("one of yours is spoken") if part.value == 1 else _("none of yours is named")
        case "start":
            day = service.next_start
            return _("no fixed day") if day is None else str(date_format(day, "DATE_FORMAT"))
        case "places":
            return _("not known") if service.free_places is None else str(service.free_places)
        case "checked":
            day = card.checked
            return _("nobody has confirmed it yet") if day is None else days_ago(day)
    if part.value >= 0.75:
        return _("close to what you said")
    return _("partly what you said") if part.value >= 0.4 else _("only a little of what you said")
