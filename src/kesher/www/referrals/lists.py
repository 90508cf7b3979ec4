"""The lists of referrals: what was sent, by whose turn it is; what came in, the longest wait first."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.paginator import Page
from django.db.models import Count, F, Func, IntegerField, OuterRef, Q, Subquery, Value
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.accounts.models import User
from kesher.base import logs
from kesher.base.transitions import Refused
from kesher.base.translated import in_language
from kesher.people import files
from kesher.people.finding import named
from kesher.people.models import Access, Person
from kesher.referrals import answering
from kesher.referrals.models import Loop, PlaceQuestion, Referral
from kesher.referrals.recalls import asked_back_of, still_read
from kesher.referrals.vocabularies import PRIVATE, RECEIVERS, SENDERS, TAKEN_ON, Reason, State, in_trail
from kesher.www.caseworker.people.access import TAKEN, organisation_for_each
from kesher.www.forms import LongSelect, Typed
from kesher.www.languages import language_name
from kesher.www.lists.deeds import Deed
from kesher.www.lists.kept import KeptList
from kesher.www.lists.tables import Table
from kesher.www.referrals.access import ReceiversOnly, SendersOnly
from kesher.www.referrals.words import LOOKS, REASONS

#: What ?show= may be of what was sent, and its word.
SENT: dict[str, str | Promise] = {
    "act": gettext_lazy("You act"),
    "waits": gettext_lazy("They answer"),
    "under_way": gettext_lazy("Under way"),
    "done": gettext_lazy("Ended"),
}
#: And of what came in.
CAME_IN: dict[str, str | Promise] = {
    "waits": gettext_lazy("New"),
    "under_way": gettext_lazy("Under way"),
    "places": gettext_lazy("Asked for places"),
    "done": gettext_lazy("Ended"),
}
RESTING = (State.COMPLETED, State.FAILED, State.REJECTED, State.CANCELLED)


Choices = list[tuple[str, str]]


def choices(mine: Any, other: str) -> tuple[Choices, Choices]:
    """The organisations on the other side and the services of these referrals, by name: one query."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    pairs = mine.order_by().values_list(f"{other}_id", f"{other}__name", "service_id", "service__name").distinct()
    others: dict[str, str] = {}
    services: dict[str, str] = {}
    for key, name, service, called in pairs:
        others[str(key)] = in_language(name, language).text
        services[str(service)] = in_language(called, language).text
    return sorted(others.items(), key=lambda one: one[1]), sorted(services.items(), key=lambda one: one[1])


def how_many(rows: Any) -> Subquery:
    """The number of these rows, as a part of another query."""
    counted = rows.order_by().annotate(how_many=Func(F("pk"), function="COUNT")).values("how_many")
    return Subquery(counted, output_field=IntegerField())


class ReferralFilterForm(Typed, forms.Form):
    """What to show. All of it may be left open. ``other``: the other organisation."""

    words = forms.CharField(
        label=gettext_lazy("Name or telephone number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "type": "search", "autocomplete": "off"}),
    )
    other = forms.ChoiceField(required=False, widget=LongSelect)
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False, widget=LongSelect)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), required=False)

    def __init__(
        self,
        *args: Any,
        other: str | Promise,
        others: Choices,
        services: Choices,
        without: Iterable[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        anything: list[Any] = [("", _("all"))]
        first: Any = self.fields["other"]
        first.label = other
        those_of: dict[str, Any] = {
            "other": others,
            "service": services,
            "language": [(code, language_name(code)) for code, _own in settings.LANGUAGES],
            "reason": Reason.choices,
        }
        for name, those in those_of.items():
            field: Any = self.fields[name]
            field.choices = anything + list(those)
        for name in without:
            del self.fields[name]


class ReferralList(KeptList):
    """What both lists have in common. Which tab is shown stands in the address; filters do not."""

    keeps_page = counted_with_page = False
    words_of_tabs: Mapping[str, str | Promise]
    counts: dict[str, int]

    @property
    def show(self) -> str:
        wanted = self.request.GET.get("show", "")
        return wanted if wanted in self.words_of_tabs else next(iter(self.words_of_tabs))

    def length(self, found: Any) -> int:
        return self.counts[self.show]

    def shown_tabs(self) -> list[dict[str, Any]]:
        return [
            {"label": label, "count": self.counts[key], "query": f"?show={key}", "current": key == self.show}
            for key, label in self.words_of_tabs.items()
        ]

    @staticmethod
    def chosen(mine: Any, wanted: Mapping[str, Any], *, other: str) -> Any:
        for name, field in (("other", other), ("service", "service"), ("language", "language"), ("reason", "reason")):
            if value := wanted.get(name):
                mine = mine.filter(**{field: value})
        return mine

    @staticmethod
    def row(referral: Referral) -> dict[str, Any]:
        waits = referral.state == State.REQUESTED and referral.sent_at is not None
        return {
            "key": referral.pk,
            "referral": referral,
            "look": LOOKS[referral.state],
            "days": (timezone.now() - referral.sent_at).days if waits and referral.sent_at else None,
        }


class SentView(SendersOnly, ReferralList):
    """What was sent, by whose turn it is: what came back and what is half written first."""

    of, url_name, template = "sent", "referrals_sent", "referrals/sent.html"
    words_of_tabs = SENT

    def form(self, data: Any) -> ReferralFilterForm:
        others, services = choices(Referral.objects.sent_by(self.user), "receiver")
        return ReferralFilterForm(
            data,
            other=_("Partner"),
            others=others,
            services=services,
            without=["language"],
        )

    def found(self, wanted: Mapping[str, Any]) -> Any:
        mine = self.chosen(Referral.objects.sent_by(self.user), wanted, other="receiver")
        if words := wanted.get("words"):
            mine = mine.filter(person__in=named(Person.objects.visible_to(self.user), words).values("pk"))
        act = Q(state=State.DRAFT) | Q(pk__in=mine.came_back().order_by().values("pk"))
        lists = {
            "act": mine.filter(act).order_by("-updated_at", "-id"),
            "waits": mine.waiting_for_answer(),
            "under_way": mine.filter(state__in=TAKEN_ON).order_by("answered_at", "id"),
            "done": mine.filter(closed_at__isnull=False).order_by("-closed_at", "-id"),
        }
        self.counts = mine.aggregate(
            act=Count("pk", filter=act),
            waits=Count("pk", filter=Q(state=State.REQUESTED)),
            under_way=Count("pk", filter=Q(state__in=TAKEN_ON)),
            done=Count("pk", filter=Q(closed_at__isnull=False)),
        )
        # The name stands there only while the file is open to whoever sent them.
        people = Person.objects.visible_to(self.user).filter(pk=OuterRef("person"))
        return lists[self.show].annotate(called=Subquery(people.values("called")))

    def context(self, wanted: Mapping[str, Any], page: Page[Any]) -> dict[str, Any]:
        referrals: Any = page.object_list
        owed = how_many(Referral.objects.received_by(self.user).filter(state=State.REQUESTED))
        # of those for whom one sends: without it all open wishes of the town were gone through, in case one was one's own
        followed = Loop.objects.visible_to(self.user).filter(organisation__in=self.user.organisation_ids_as(SENDERS))
        loose = how_many(followed.without_next_step())
        both = User.objects.filter(pk=self.user.pk).values_list(owed, loose if self.show == "act" else Value(0)).get()
        return {
            "show": self.show,
            "tabs": self.shown_tabs(),
            "rows": [
                self.row(one) | {"called": one.called or ""}
                for one in referrals.select_related("service", "receiver", "loop")
            ],
            "receives": self.user.has_role(*RECEIVERS),
            "owed": both[0],
            "loose": both[1],
        }

    def found_by_key(self, keys: list[UUID]) -> dict[UUID, Any]:
        return Referral.objects.sent_by(self.user).in_bulk(keys)

    def table(self, rows: Any) -> Table:
        """A name stands there only while the file is open; what could be held against somebody never.

        Raises :class:`Refused` where the filter would say of every row what its column does not.
        """
        if self.kept.get("reason") in PRIVATE:
            raise Refused(_("A table must not tell this reason. Take the filter “Reason” off first."), "reason")
        referrals: list[Any] = list(rows.select_related("service", "receiver"))
        read_for = organisation_for_each(self.user, {one.person_id for one in referrals if one.called})
        files.read_many(read_for, user_id=self.user.pk, purpose=TAKEN, request_id=logs.request_id.get())
        language = translation.get_language() or settings.LANGUAGE_CODE
        return Table(
            name="referrals",
            title=_("Referrals"),
            columns=[
                _("Name"),
                _("Service"),
                _("Partner"),
                _("State"),
                _("Sent"),
                _("Answered"),
                _("First contact"),
                _("Ended"),
                _("Reason"),
                _("What came of it"),
            ],
            rows=[
                [
                    one.called if one.person_id in read_for else "",
                    in_language(one.service.name, language).text,
                    in_language(one.receiver.name, language).text,
                    one.get_state_display(),
                    one.sent_at and timezone.localtime(one.sent_at).date(),
                    one.answered_at and timezone.localtime(one.answered_at).date(),
                    one.contacted_on,
                    one.closed_at and timezone.localtime(one.closed_at).date(),
                    str(REASONS[in_trail(one.reason)]) if one.reason else "",
                    one.get_outcome_display(),
                ]
                for one in referrals
            ],
        )


class InboxView(ReceiversOnly, ReferralList):
    """The longest wait first. No name stands here: who opens one is written down."""

    of, url_name, template = "inbox", "provider_referrals", "referrals/inbox.html"
    words_of_tabs = CAME_IN

    def form(self, data: Any) -> ReferralFilterForm:
        others, services = choices(Referral.objects.received_by(self.user), "sender")
        return ReferralFilterForm(
            data,
            other=_("Who sent them"),
            others=others,
            services=services,
            without=["words", "reason"],
        )

    def found(self, wanted: Mapping[str, Any]) -> Any:
        mine = self.chosen(Referral.objects.received_by(self.user), wanted, other="sender")
        asked = PlaceQuestion.objects.visible_to(self.user).filter(
            receiver__in=self.user.organisation_ids_as(RECEIVERS)
        )
        for name, field in (("other", "sender"), ("service", "service")):
            if value := wanted.get(name):
                asked = asked.filter(**{field: value})
        lists: dict[str, Any] = {
            "waits": mine.waiting_for_answer(),
            "under_way": mine.filter(state__in=TAKEN_ON).order_by("review_on", "answered_at", "id"),
            "places": asked.waiting().order_by("id"),
            "done": mine.filter(state__in=RESTING).order_by("-closed_at", "-id"),
        }
        self.counts = mine.aggregate(
            waits=Count("pk", filter=Q(state=State.REQUESTED)),
            under_way=Count("pk", filter=Q(state__in=TAKEN_ON)),
            done=Count("pk", filter=Q(state__in=RESTING)),
        ) | {"places": lists["places"].count()}
        return lists[self.show]

    def context(self, wanted: Mapping[str, Any], page: Page[Any]) -> dict[str, Any]:
        found: Any = page.object_list
        rows = list(found.select_related("service", "sender"))
        places = self.show == "places"
        asked_back = set() if places else asked_back_of(rows)
        return {
            "show": self.show,
            "tabs": self.shown_tabs(),
            "rows": []
            if places
            else [self.row(one) | {"recall": one.pk in asked_back and one.recall_confirmed_at is None} for one in rows],
            "questions": rows if places else [],
            "answers": PlaceQuestion.Answer.choices,
        }

    # --- several at once ---

    def deeds(self) -> list[Deed]:
        return [Deed("accept", _("We accept them"), self._accept)] if self.show == "waits" else []

    def found_by_key(self, keys: list[UUID]) -> dict[UUID, Any]:
        mine = Referral.objects.received_by(self.user).filter(pk__in=keys)
        return {one.pk: one for one in mine.select_related("service", "sender", "receiver")}

    def name_of(self, row: Referral) -> str:
        """Not the person's: their name stands on the page of the referral, and who opens it is written down."""
        return in_language(row.service.name, translation.get_language() or settings.LANGUAGE_CODE).text

    def _accept(self, referral: Referral, asked: Mapping[str, Any]) -> None:
        answering.accept(referral, by=self.user.as_actor(referral.receiver_id))

    # --- to take along ---

    def table(self, rows: Any) -> Table:
        """Names and what was carried of how to reach them, while the access lasts; each is written down as read."""
        found = list(rows.select_related("service", "sender"))
        if self.show == "places":
            found = []
        readable = still_read(found)
        pairs = {(one.person_id, one.receiver_id) for one in found if one.pk in readable}
        accesses = Access.objects.in_force().filter(
            person__in={person for person, _receiver in pairs},
            organisation__in={receiver for _person, receiver in pairs},
        )
        open_ = pairs & set(accesses.values_list("person_id", "organisation_id"))
        people = Person.objects.active().in_bulk([person for person, _receiver in open_])
        read_for = {person: receiver for person, receiver in open_ if person in people}
        files.read_many(read_for, user_id=self.user.pk, purpose=TAKEN, request_id=logs.request_id.get())
        language = translation.get_language() or settings.LANGUAGE_CODE

        def person_of(one: Referral) -> Person | None:
            return (
                people.get(one.person_id) if one.pk in readable and (one.person_id, one.receiver_id) in open_ else None
            )

        return Table(
            name="referrals",
            title=_("Referrals to us"),
            columns=[
                _("Name"),
                _("Telephone number"),
                _("Service"),
                _("Who sent them"),
                _("State"),
                _("Sent"),
                _("Language"),
                _("Interpreter"),
                _("Look at it again on"),
            ],
            rows=[
                [
                    person.called if (person := person_of(one)) else "",
                    person.phone if person is not None and "contact" in one.carries else "",
                    in_language(one.service.name, language).text,
                    in_language(one.sender.name, language).text,
                    one.get_state_display(),
                    one.sent_at and timezone.localtime(one.sent_at).date(),
                    language_name(one.language),
                    one.get_interpreter_display(),
                    one.review_on,
                ]
                for one in found
            ],
        )
