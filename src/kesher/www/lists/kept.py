"""A list whose filters are kept in the session, and what can be done with several of its rows at once.

    class PeopleView(FilesOnly, KeptList):
        of, url_name, template = "people", "caseworker_people", "caseworker/people/list.html"
        ...

Filters are sent and kept in the session, never in an address: addresses end in logs and histories, and what one looks for
may be somebody's name. So they also hold when one comes back from a row. What stands in an address is a page's number and
which of the tabs is shown. A view saved under a name keeps what was chosen, and never words that were typed.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import IntegrityError, transaction
from django.db.models import Count, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from kesher.accounts.models import SavedView, User
from kesher.base.transitions import Refused
from kesher.www.caseworker.access import signed_in
from kesher.www.lists.deeds import Deed, carry_out
from kesher.www.lists.tables import MOST_ROWS, Table, as_response

PAGE_SIZE = 30
#: What was typed: never in a saved view.
TYPED: frozenset[str] = frozenset({"words"})
#: What orders the list and leaves nothing out.
ORDERS: frozenset[str] = frozenset({"sort"})


class KeptList(View):
    """What every such list does. A list says what is its own in the methods below that raise."""

    #: Which list: the name in the session and in saved views.
    of: ClassVar[str]
    url_name: ClassVar[str]
    template: ClassVar[str]
    #: Which tabs ``?show=`` may name, the first where it names none of them.
    tabs: ClassVar[tuple[str, ...]] = ()
    #: Whether one comes back to the page on which one was.
    keeps_page: ClassVar[bool] = True
    #: Whether how many there are is told with the page; False where :meth:`length` knows it, or does not count so far.
    counted_with_page: ClassVar[bool] = True

    # --- what a list says of itself ---

    def form(self, data: Any) -> forms.Form:
        """The filters, all of which may be left open."""
        raise NotImplementedError

    def found(self, wanted: Mapping[str, Any]) -> Any:
        """The rows for these filters (and tab), ordered: only what this user may see."""
        raise NotImplementedError

    def context(self, wanted: Mapping[str, Any], page: Page[Any]) -> dict[str, Any]:
        """What the template shows of this page; its ``rows`` are dictionaries, each with its ``key``."""
        raise NotImplementedError

    def length(self, found: Any) -> int:
        """How many there are."""
        return int(found.count())

    def query(self) -> dict[str, str]:
        """What else stands in the address of this list, and stays there."""
        return {}

    def deeds(self) -> list[Deed]:
        """What can be done with several rows at once."""
        return []

    def name_of(self, row: Any) -> str:
        """How a row is called where it is told what became of it; asked of rows one may see."""
        return str(row)

    def table(self, rows: Any) -> Table:
        """The rows to take along, and that they were taken is written down; ``rows`` as :meth:`found` gives them."""
        raise NotImplementedError

    # --- what they have in common ---

    @property
    def user(self) -> User:
        return signed_in(self.request)

    @property
    def show(self) -> str:
        wanted = self.request.GET.get("show", "")
        return wanted if wanted in self.tabs else next(iter(self.tabs), "")

    @property
    def kept(self) -> dict[str, Any]:
        kept = self.request.session.get(self._key, {})
        return dict(kept) if isinstance(kept, dict) else {}

    @property
    def _key(self) -> str:
        return f"list-{self.of}"

    @property
    def _page_key(self) -> str:
        return f"list-{self.of}-page"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = self.form(self.kept)
        if not form.is_valid():  # what was chosen then is not there any more: an organisation one has left
            form = self.form({})
            form.is_valid()
        return self._draw(form, form.cleaned_data)

    def post(self, request: HttpRequest) -> HttpResponse:
        sent = request.POST
        if "clear" in sent:
            return self._filter({})
        if name := sent.get("remove", ""):
            return self._filter({key: value for key, value in self.kept.items() if key != name})
        if key := sent.get("view", ""):
            return self._use_view(key)
        if key := sent.get("forget", ""):
            SavedView.objects.visible_to(self.user).filter(of=self.of, pk__in=_keys([key])).delete()
            return self._back()
        if "save_view" in sent:
            return self._save_view(sent.get("view_name", ""))
        if "export" in sent:
            return self._export()
        if code := sent.get("do", ""):
            return self._do(code)
        form = self.form(sent)
        if not form.is_valid():  # as far as it can be understood
            return self._draw(form, form.cleaned_data, status=400)
        return self._filter(plain(form.cleaned_data))

    def _filter(self, kept: Mapping[str, Any]) -> HttpResponse:
        """Show these from their first page on."""
        self.request.session[self._key] = dict(kept)
        self.request.session.pop(self._page_key, None)
        return redirect(self._address(page=""))

    def _address(self, *, page: str | None = None) -> str:
        number = self.request.GET.get("page", "") if page is None else page
        query = self.query() | ({"show": self.show} if self.show and "show" in self.request.GET else {})
        if number.isdecimal() and len(number) < 7:
            query["page"] = number
        return reverse(self.url_name) + (f"?{urlencode(query)}" if query else "")

    def _back(self) -> HttpResponse:
        """To the same page of the same list."""
        return redirect(self._address())

    def _draw(
        self, form: forms.Form, wanted: Mapping[str, Any], *, deed: Deed | None = None, status: int = 200
    ) -> HttpResponse:
        """The list. ``deed``: one that was tried and asks for something more."""
        ticked = self.request.POST.getlist("chosen") if deed is not None else []
        told: list[dict[str, Any]] = self.request.session.pop(f"{self._key}-told", [])
        page = self._page_of(self.found(wanted))
        if self.keeps_page and self.request.session.get(self._page_key, 1) != page.number:
            self.request.session[self._page_key] = page.number  # written only when it is another: each costs a query
        chosen = {name: value for name, value in plain(wanted).items() if name not in ORDERS}
        context: dict[str, Any] = {
            "form": form,
            "page": page,
            "query": urlencode(self.query() | ({"show": self.show} if self.show else {})),
            "pills": [{"key": name, "label": said(form, name, value)} for name, value in chosen.items()],
            "any": bool(chosen) or form.errors,
            "savable": any(name not in TYPED for name in plain(wanted)),
            "names_left_out": any(name in TYPED for name in chosen),
            "views": list(SavedView.objects.visible_to(self.user).filter(of=self.of)),
            "deeds": [deed if deed is not None and one.code == deed.code else one for one in self.deeds()],
            "tried": deed.code if deed is not None else "",
            "told": self._named(told),
            **self.context(wanted, page),
        }
        for row in context["rows"]:
            row["ticked"] = str(row["key"]) in ticked
        response = render(self.request, self.template, context, status=status)
        response["Cache-Control"] = "no-store"  # a screen that others use after us
        return response

    def _page_of(self, found: Any) -> Page[Any]:
        """Which rows stand on the page, and how many there are, is asked for first; then what is shown of them, of these alone.
        In one, all rows were joined to what a page shows of thirty, and before it all were counted."""
        paginator, number = Paginator(found, PAGE_SIZE), self._page_number()
        first, keys = -1, []
        if self.counted_with_page:
            first = PAGE_SIZE * (int(number) - 1) if str(number).isdecimal() and 0 < int(number) < 10**7 else 0
            told = found.annotate(of_all=Window(Count("pk"))).values_list("pk", "of_all")[first : first + PAGE_SIZE]
            keys = [key for key, _of_all in told]
        paginator.count = told[0][1] if keys else 0 if first == 0 else self.length(found)
        page = paginator.get_page(number)
        if PAGE_SIZE * (page.number - 1) != first:  # not told yet, or there is no such page
            last = PAGE_SIZE * (page.number - 1)
            keys = list(found.values_list("pk", flat=True)[last : last + PAGE_SIZE])
        page.object_list = found.filter(pk__in=keys)
        return page

    def _page_number(self) -> str | int:
        asked = self.request.GET.get("page", "")
        kept: int = self.request.session.get(self._page_key, 1) if self.keeps_page else 1
        return asked or kept

    # --- views under a name ---

    def _use_view(self, key: str) -> HttpResponse:
        view = SavedView.objects.visible_to(self.user).filter(of=self.of, pk__in=_keys([key])).first()
        return self._filter(view.filters) if view is not None else self._back()

    def _save_view(self, name: str) -> HttpResponse:
        name = " ".join(name.split())
        filters = {key: value for key, value in self.kept.items() if key not in TYPED}
        mine = SavedView.objects.visible_to(self.user).filter(of=self.of)
        if not name or len(name) > 60 or not name.isprintable():
            messages.error(self.request, _("Give the view a name of at most 60 letters."))
        elif mine.exclude(name=name).count() >= SavedView.MOST:
            messages.error(self.request, _("You have as many views as a list can hold. Remove one first."))
        else:
            try:
                with transaction.atomic():
                    mine.update_or_create(user=self.user, of=self.of, name=name, defaults={"filters": filters})
            except IntegrityError:  # sent twice at once: it is there
                pass
            messages.success(self.request, _("Saved. You find it above the list."))
        return self._back()

    # --- several at once ---

    def _do(self, code: str) -> HttpResponse:
        deed = next((one for one in self.deeds() if one.code == code), None)
        form = self.form(self.kept)
        wanted = form.cleaned_data if form.is_valid() else {}
        if deed is None:
            messages.error(self.request, _("This is not possible in the present state."))
            return self._back()
        keys = _keys(self.request.POST.getlist("chosen"))[: 2 * PAGE_SIZE]
        if not keys:
            messages.error(self.request, _("Tick at least one row."))
            return self._back()
        asked = deed.asked(self.request.POST)
        if asked is not None and not asked.is_valid():
            return self._draw(form, wanted, deed=deed, status=400)
        told = carry_out(deed, self.found_by_key(keys), keys, {} if asked is None else asked.cleaned_data)
        done = sum(one.done for one in told)
        if done:
            messages.success(self.request, ngettext("Done for %(n)d.", "Done for %(n)d.", done) % {"n": done})
        self.request.session[f"{self._key}-told"] = [one.as_data() for one in told]
        return self._back()

    def found_by_key(self, keys: list[UUID]) -> dict[UUID, Any]:
        """Those of the rows with these keys that this user may see, whatever the filters are."""
        raise NotImplementedError

    def _named(self, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What became of each row; names are looked up anew and stand in no session."""
        rows = self.found_by_key([UUID(one["key"]) for one in told]) if told else {}
        return [
            {
                "name": self.name_of(rows[key]) if (key := UUID(one["key"])) in rows else "",
                "done": one["done"],
                "said": one["said"],
            }
            for one in told
        ]

    # --- to take along ---

    def _export(self) -> HttpResponse:
        form = self.form(self.kept)
        found = self.found(form.cleaned_data if form.is_valid() else {})
        if self.length(found) > MOST_ROWS:
            text = _("A table holds at most %(n)d rows. Choose fewer with the filters.") % {"n": MOST_ROWS}
            messages.error(self.request, text)
            return self._back()
        try:
            return as_response(self.table(found))
        except Refused as refused:
            messages.error(self.request, str(refused))
            return self._back()


def plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """What was chosen or typed, without what was left open."""
    return {name: value for name, value in told.items() if value}


def said(form: forms.Form, name: str, value: Any) -> str:
    """What was chosen, as it stands in the form."""
    choices = dict(getattr(form.fields.get(name), "choices", []))
    return str(choices.get(value, value))


def _keys(sent: Iterable[str]) -> list[UUID]:
    """The keys among what was sent, each once."""
    found: dict[UUID, None] = {}
    for text in sent:
        try:
            found[UUID(text)] = None
        except ValueError:  # made up
            continue
    return list(found)
