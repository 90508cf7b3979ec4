"""The shortage board: which occupations are short here, by several methods side by side, and what one may do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise, cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.engine.indicators import Indicator, registry
from kesher.engine.indicators.shortage import Agreement, Verdict
from kesher.insights.judging import is_ours
from kesher.insights.latest import Latest, latest
from kesher.insights.models import JUDGES, Vintage
from kesher.insights.shortage import METHODS, PANEL, Board, Cell, Method, Row, board_of, places_with_boards
from kesher.www.insights import saying
from kesher.www.insights.asking import home
from kesher.www.insights.occupations import names
from kesher.www.insights.tables import table

PAGE_SIZE: Final = 50
#: Verdict -> its shape and its word. Neither is good or bad: what is short for an employer is a chance for somebody else.
VERDICTS: Final[dict[Verdict, tuple[str, str | Promise]]] = {
    Verdict.SHORTAGE: ("▲", gettext_lazy("short")),
    Verdict.WATCHED: ("◆", gettext_lazy("may become short")),
    Verdict.NONE: ("●", gettext_lazy("enough people")),
    Verdict.UNKNOWN: ("○", gettext_lazy("not known here")),
}
#: How a method is called in the heading of its column.
SHORT_NAMES: Final[dict[str, str | Promise]] = {
    "uwv": gettext_lazy("Tension (UWV)"),
    "dares": gettext_lazy("Hard to hire (DARES)"),
    "ba": gettext_lazy("Six signs (BA)"),
    "oecd": gettext_lazy("Pay and hours (OECD)"),
    PANEL: gettext_lazy("The table says"),
}
#: From which mean τ on the methods are said to agree how far.
AGREE: Final[tuple[tuple[float, str | Promise], ...]] = (
    (0.6, gettext_lazy("The methods mostly agree.")),
    (0.3, gettext_lazy("The methods agree in part.")),
    (-0.3, gettext_lazy("The methods hardly agree: look at each occupation.")),
    (-1.0, gettext_lazy("The methods contradict one another: look at each occupation.")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One occupation as the page shows it."""

    row: Row
    names: Any
    name: str

    @property
    def cells(self) -> list[dict[str, Any]]:
        return [shown(cell) for cell in self.row.cells]

    @property
    def tally(self) -> str:
        """How many call it short, of those that can tell."""
        return _("%(short)d of %(known)d say short.") % {"short": self.row.short, "known": self.row.known}

    @property
    def advice(self) -> str:
        """What one may do: a hint for the table, not a verdict."""
        row = self.row
        if row.known < 2:
            return _("Ask at the table: one method alone cannot tell.")
        if row.short * 2 > row.known:
            return _("Train people for it, or help people who know it to come.")
        if row.short:
            return _("Ask at the table: the methods do not agree.")
        if row.enough * 2 > row.known:
            return _("Nothing: there are enough people.")
        return _("Watch it.")


def shown(cell: Cell) -> dict[str, Any]:
    shape, word = VERDICTS[cell.verdict]
    score = "" if cell.score is None else saying.number(cell.score)
    return {"verdict": cell.verdict.value, "shape": shape, "word": word, "score": score}


@dataclass(frozen=True, slots=True)
class Column:
    """One method as the page explains it."""

    method: Method
    indicator: Indicator
    heading: str
    vintages: list[Vintage]
    periods: str
    lacks: list[Indicator]


def lines_of(board: Board, sort: str) -> list[Line]:
    """By name, or those first that most methods call short; names part what is alike. Places are never sorted by this."""
    language = get_language() or "en"
    found = []
    for row in board.rows:
        called = names(row.part)
        found.append(Line(row, called, in_language(called, language).text))
    found.sort(key=lambda one: one.name.casefold())
    if sort == "agree":
        found.sort(key=lambda one: (-one.row.short, one.row.enough))
    return found


def columns_of(board: Board) -> list[Column]:
    vintages = {
        one.pk: one for one in Vintage.objects.filter(pk__in=board.vintages).select_related("dataset").in_time()
    }
    return [
        Column(
            method=one,
            indicator=registry()[one.indicator],
            heading=str(SHORT_NAMES[one.name]),
            vintages=[vintages[key] for key in vintages if key in one.vintages],
            periods=", ".join(saying.period(text) for text in one.periods),
            lacks=[registry()[code] for code in one.lacks],
        )
        for one in board.methods
    ]


def agreeing(found: Agreement) -> dict[str, Any]:
    """The mean in words, and each pair that can be compared."""
    pairs = [
        {
            "one": SHORT_NAMES[found.methods[i]],
            "other": SHORT_NAMES[found.methods[j]],
            "tau": saying.number(round(float(found.tau[i, j]), 2)),
            "occupations": int(found.occupations[i, j]),
        }
        for i in range(len(found.methods))
        for j in range(i + 1, len(found.methods))
        if not isnan(found.tau[i, j])
    ]
    if not pairs:
        return {"pairs": [], "said": "", "mean": ""}
    said = next(words for least, words in AGREE if found.mean >= least)
    return {"pairs": pairs, "said": said, "mean": saying.number(round(found.mean, 2))}


class ShortageView(TemplateView):
    """Which occupations are short here? ``?sort=agree``, ``?format=csv``. Without a place: the one the portal is for."""

    template_name = "insights/shortage.html"

    @cached_property
    def now(self) -> Latest:
        return latest()

    @cached_property
    def area(self) -> Area | None:
        if "pk" in self.kwargs:
            found: Area = get_object_or_404(Area, pk=self.kwargs["pk"])
            return found
        own = Area.objects.home().first()
        if own is not None:
            return own
        place = next(iter(places_with_boards(self.now)), None) or home(self.now)
        return None if place is None else Area.objects.get(pk=place.key)

    @cached_property
    def board(self) -> Board | None:
        return None if self.area is None else board_of(self.now, self.area)

    @property
    def sort(self) -> str:
        return "agree" if self.request.GET.get("sort") == "agree" else "name"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "csv":
            return self.as_csv()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        board, user = self.board, self.request.user
        context = super().get_context_data(**kwargs) | {"area": self.area, "board": board, "sort": self.sort}
        context["others"] = [
            one for one in places_with_boards(self.now) if self.area is None or one.key != self.area.pk
        ]
        context["judges"] = self.area is not None and may_judge(user, self.area)
        if board is None or not board.rows:
            return context | {"page": None, "columns": []}
        page = Paginator(lines_of(board, self.sort), PAGE_SIZE).get_page(self.request.GET.get("page"))
        return context | {
            "page": page,
            "columns": columns_of(board),
            "agreeing": agreeing(board.agreement),
            "elsewhere": board.place is not None and self.area is not None and board.place.key != self.area.pk,
            "verdicts": list(VERDICTS.items()),
        }

    def as_csv(self) -> HttpResponse:
        """One row for each occupation and method that can tell."""
        rows: list[Sequence[object]] = []
        heading = ["area_code", "occupation_code", "occupation", "method", "class", "score", "printed_by_source"]
        rows.append([*heading, "periods", "datasets"])
        board = self.board
        code = ""
        if board is not None and self.area is not None:
            code = self.area.code
            columns = columns_of(board)
            for line in lines_of(board, self.sort):
                for method, column, cell in zip(METHODS, columns, line.row.cells, strict=True):
                    if cell.score is None:
                        continue
                    of = code if method == PANEL or board.place is None else board.place.code
                    row = [of, line.row.part, line.name, method, cell.verdict.value, cell.score]
                    row += ["yes" if column.method.printed else "no", " ".join(column.method.periods)]
                    rows.append([*row, " ".join(one.dataset.code for one in column.vintages)])
        return table(f"{code or 'none'}-shortage.csv", rows)


def may_judge(user: Any, area: Area) -> bool:
    """Whether to show the way to the page on which one says it oneself."""
    return bool(user.is_authenticated and user.organisation_ids_as(JUDGES) and is_ours(area))
