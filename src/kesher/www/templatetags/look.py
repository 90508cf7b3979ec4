"""Template filters the components and form templates lean on. Built in: no ``{% load %}`` needed."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from html import unescape

from django import forms, template
from django.core.paginator import Paginator
from django.forms.boundfield import BoundField, BoundWidget
from django.template.defaultfilters import floatformat
from django.templatetags.static import static
from django.utils import translation
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString

register = template.Library()

_GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """A single yes-or-no box, whose label stands beside it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Several radio buttons or boxes under one question: a fieldset."""
    return isinstance(field.field.widget, _GROUPS)


@register.filter
def first_input(field: BoundField) -> str:
    """The id a link in the error summary leads to: the first thing one can type or choose in."""
    identity = str(field.auto_id)
    return f"{identity}_0" if is_group(field) or isinstance(field.field.widget, forms.MultiWidget) else identity


@register.filter
def with_look(field: BoundField) -> SafeString:
    """The widget with our component's class added to its own.

    Placeholders are left out: they vanish when one types, and our hints stand before the field.
    """
    field.field.widget.attrs.pop("placeholder", None)
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{own} ds-input".strip()})


@register.filter
def option_with_look(option: BoundWidget) -> SafeString:
    """One radio button or box of a group, with our component's class."""
    option.data["attrs"]["class"] = "ds-input"
    return SafeString(option.tag())


@register.simple_tag(name="icon")
@lru_cache(maxsize=400)
def drawing(name: str, label: str = "", large: bool | str = "", directional: bool | str = "") -> SafeString:
    """A drawing of our one set, as wide as the words beside it; without a ``label`` it is silent.

    ``directional``: mirrored where one reads from right to left, as an arrow is wherever it stands. The component ``c-icon``
    is this tag; a template of its own for each of the hundred icons of a long list takes too long.
    """
    return format_html(
        '<svg class="icon{}{}"{} focusable="false"><use href="{}#{}"></use></svg>',
        " icon--large" if large else "",
        " icon--directional" if directional or name.startswith("arrow-") else "",
        format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"'),
        static("vendor/icons.svg"),
        name,
    )


#: Kind of pill -> its colour and its shape. The three meanings carry a word and a shape, never colour alone.
_KINDS = {"fits": ("success", "circle-check"), "ask": ("warning", "circle-question-mark"), "no": ("danger", "circle-x")}


@register.simple_tag(name="pill")
def pill_of(
    text: str,
    kind: str = "",
    icon: str = "",
    *,
    href: str = "",
    removes: bool | str = "",
    color: str = "neutral",
    attrs: str = "",
) -> SafeString:
    """Few words with a border round them; with ``href`` a link, which ``removes`` says takes a filter away.

    The component ``c-pill`` is this tag, with its slot as ``text``; ``attrs`` are further attributes, already HTML.
    """
    color, shape = _KINDS.get(kind, (color, icon))
    picture = drawing(shape) if shape else ""
    if not href:
        return format_html('<span class="pill" data-color="{}" {}>{}{}</span>', color, SafeString(attrs), picture, text)
    cross = format_html('{}<span class="visually-hidden"> {}</span>', drawing("x"), translation.gettext("(remove)"))
    return format_html(
        '<a class="pill" href="{}" data-color="{}" {}>{}{}{}</a>',
        href,
        color,
        SafeString(attrs),
        picture,
        text,
        cross if removes else "",
    )


_CELLS = re.compile(r"<(thead|tbody|tfoot|tr|th|td)\b([^>]*)>")
_HEADS = re.compile(r'<th\b[^>]*scope="col"[^>]*>(.*?)</th>', re.DOTALL)
_ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tfoot": "rowgroup", "tr": "row", "th": "rowheader", "td": "cell"}


@register.filter
def with_labels(rows: str) -> SafeString:
    """The rows of a table, each cell with the heading of its column (``data-label``) and its role.

    On a phone the style sheet lays each row out as a card, which shows the heading beside the cell. What is laid out
    otherwise is no table to a browser any more, unless its roles are said. Tables in our pages have one row of headings
    and no cell that spans two columns.
    """
    heads = [unescape(" ".join(strip_tags(head).split())) for head in _HEADS.findall(rows)]
    column = 0

    def told(found: re.Match[str]) -> str:
        nonlocal column
        tag, attributes = found.groups()
        role = "columnheader" if 'scope="col"' in attributes else _ROLES[tag]
        label = ""
        if tag == "tr":
            column = 0
        elif tag in ("th", "td"):
            if tag == "td" and column < len(heads):
                label = format_html(' data-label="{}"', heads[column])
            column += 1
        return f'<{tag} role="{role}"{attributes}{label}>'

    return SafeString(_CELLS.sub(told, rows))


@register.simple_tag
def options(choices: Sequence[Mapping[str, object]], chosen: object) -> SafeString:
    """The choices of a filter, each with how many services it would show."""
    return format_html_join(
        "",
        '<option value="{}"{}>{} ({})</option>',
        (
            (
                choice["value"],
                SafeString(" selected") if str(choice["value"]) == str(chosen) else "",
                choice["label"],
                choice["count"],
            )
            for choice in choices
        ),
    )


@register.filter
def page_numbers(paginator: "Paginator[object]", current: int) -> Sequence[int | None]:
    """First, last and the neighbours of the current page; ``None`` where numbers are left out."""
    last = paginator.num_pages
    shown = sorted({1, last, *range(max(1, current - 1), min(last, current + 1) + 1)})
    numbers: list[int | None] = []
    for number in shown:
        if numbers and numbers[-1] is not None and number > numbers[-1] + 1:
            numbers.append(number - 1 if number - numbers[-1] == 2 else None)
        numbers.append(number)
    return numbers


_SIGNS = {"ILS": "₪", "EUR": "€", "USD": "$", "GBP": "£"}


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """An amount with its sign where everybody knows it: ₪60 in English, 60 ₪ elsewhere; else with the currency's code."""
    number = floatformat(amount, "-2")
    sign = _SIGNS.get(currency, currency)
    if (translation.get_language() or "en").startswith("en") and sign != currency:
        return f"{sign}{number}"
    # Right-to-left scripts put the sign to the left of the number; the mark keeps it there inside <bdi>.
    mark = "\N{RIGHT-TO-LEFT MARK}" if translation.get_language_bidi() else ""
    return f"{mark}{number}\N{NO-BREAK SPACE}{mark}{sign}".strip()


def _tags(attrs: object) -> set[str]:
    """The ``tags`` allauth gives an element among its attributes: a list, words with commas, or nothing."""
    tags = attrs.get("tags") if isinstance(attrs, Mapping) else None
    return {tag.strip() for tag in (tags.split(",") if isinstance(tags, str) else tags or ())}


@register.filter
def button_variant(attrs: object) -> str:
    """The look of a button of allauth's: one main action, the others outlined."""
    return "secondary" if {"outline", "secondary", "link", "tool", "danger"} & _tags(attrs) else "primary"


@register.filter
def button_color(attrs: object) -> str:
    return "danger" if "danger" in _tags(attrs) else "accent"


@register.filter
def badge_color(attrs: object) -> str:
    return next((tag for tag in ("success", "warning", "danger") if tag in _tags(attrs)), "neutral")
