"""Whom a caseworker looks after today: everybody who waits, each with the reason, the most urgent first.

    entries, full = today(user, whose="mine", day=date.today())

A *source* answers for one user with rows, each with one of the reasons of :mod:`kesher.casework.reasons`. A room above or below
adds its own:

    @source
    def silent_referrals(ask: Ask) -> list[Row]: ...

or, where the database can say all of it, a *part*: all parts together are one statement, however many rooms add theirs.

    @part
    def wishes(ask: Ask) -> Told:
        return Told(Loop.objects.visible_to(ask.user).without_next_step(), LOOP, TruncDate("created_at"), person="person", …)

What is urgent is data: the points of each reason stand there, and a page shows them. Each source is one query,
and all parts are one, of at most :data:`MOST` rows each, whatever the size of the town.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, overload
from uuid import UUID

from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import get_language

from kesher.accounts.models import Organisation, User
from kesher.base.conditions import Compiled, Condition, among, said_before
from kesher.casework.models import Appointment, Booking, Interpreting, Step, StepKind, looked_after
from kesher.casework.models.plans import LookedAfter
from kesher.casework.reasons import (
    CALL,
    CAME,
    EXPECTED,
    INTERPRETER,
    MEETING,
    MEETING_AHEAD,
    MEETING_BEHIND,
    MISSED,
    NO_STEP,
    QUIET,
    QUIET_DAYS,
    STEP_AHEAD,
    STEP_LATE,
    STEP_SOON,
    Reason,
)
from kesher.casework.statements import Prepared, Statement, kept, send
from kesher.directory.models import CallBack
from kesher.people.models import FILE_ROLES, Access, Person
from kesher.people.models.open_files import FileOpen
from kesher.referrals.models import Referral

#: The people of the list, where a statement names them once.
LISTED: Final = "people_of_the_list"
#: Rows of one source, the most pressing of it: who has more has them again when these are done.
MOST: Final = 200


class OnList(Condition):
    """Whether a key is that of somebody on the list. Their keys are read first: as a subquery of each of two dozen parts they
    were looked for as often, and took this process longer to write than the database to find."""

    def __init__(self, key: Any, ask: "Ask") -> None:
        super().__init__(key)
        self.ask = ask

    def written(self, *expressions: Compiled) -> Compiled:
        ((key, values),) = expressions
        if self.ask.together:
            return among(expressions[0], LISTED)
        return Compiled(f"{key} IN (SELECT unnest(%s::uuid[]))", [*values, self.ask.keys])


@dataclass
class Ask:
    """For whom and for which day the list is; ``own``: only whom this user looks after."""

    user: User
    day: date
    own: bool
    #: whether the people of the list are named once, before the statement (:func:`told_by`)
    together: bool = False

    @cached_property
    def here(self) -> list[UUID]:
        return self.user.organisation_ids_as(FILE_ROLES)

    def people(self, field: str = "person") -> Q:
        """The condition on rows of people, by the field that holds the person's key."""
        return Q(OnList(F(field), self))

    @cached_property
    def keys(self) -> list[UUID]:
        """The keys of everybody on the list: asked once, however many sources ask of them."""
        files = Access.objects.in_force().filter(
            organisation__in=self.here, organisation__state=Organisation.State.APPROVED, whole=True
        )
        return list(files.filter(self.whose()).order_by().values_list("person", flat=True).distinct())

    def ours(self, field: str = "person") -> Q:
        """Of files that are open to one's organisations: whom one only helps by a mandate, and oneself, stands on no list of
        work."""
        files = Access.objects.in_force().filter(
            person=OuterRef(field),
            organisation__in=self.here,
            organisation__state=Organisation.State.APPROVED,
            whole=True,
        )
        return Q(Exists(files))

    def whose(self, field: str = "person") -> Q:
        """The same of rows that are one's organisation's own whatever became of the file: referrals it sent."""
        return looked_after(self.user, field) if self.own else Q()

    def at(self, days: int) -> datetime:
        """The first moment of the day so many days from this."""
        return timezone.make_aware(datetime.combine(self.day + timedelta(days=days), time.min))


@dataclass(frozen=True, slots=True)
class Row:
    """One reason for one person. ``person_id`` None: somebody who has no file yet, and ``called`` says who, if anything may.
    Of all others :class:`Entries` says it."""

    reason: Reason
    about_id: UUID
    on: date
    person_id: UUID | None = None
    called: str = ""
    kind: str | Promise = ""
    text: str = ""
    at: datetime | None = None

    def urgency(self, day: date) -> int:
        return self.reason.urgency((day - self.on).days)

    @property
    def key(self) -> UUID:
        """What the page of the next step is about."""
        return self.person_id if self.reason.of == "person" and self.person_id else self.about_id


@dataclass(frozen=True, slots=True)
class Entry:
    """One person: what is most urgent, and what else there is. ``called`` "": nobody may say who it is."""

    main: Row
    also: tuple[Row, ...]
    urgency: int
    called: str = ""


class Entries(Sequence[Entry]):
    """The list in its order. Who somebody is, is read for those who are looked at, and not for the hundreds behind them."""

    def __init__(self, entries: Sequence[Entry], user: User) -> None:
        self._entries, self._user = entries, user

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, which: int) -> Entry: ...
    @overload
    def __getitem__(self, which: slice) -> list[Entry]: ...
    def __getitem__(self, which: int | slice) -> Entry | list[Entry]:
        if isinstance(which, int):
            return self._named([self._entries[which]])[0]
        return self._named(self._entries[which])

    def __iter__(self) -> Iterator[Entry]:
        return iter(self[:])

    def _named(self, entries: Iterable[Entry]) -> list[Entry]:
        """Rows of people stand here because their files are open, or because a referral is one's own organisation's: in the
        second case the file may be closed by now, and then nobody is named."""
        found = list(entries)
        keys = {one.main.person_id for one in found if one.main.person_id}
        seen = Person.objects.visible_to(self._user).filter(pk__in=keys)
        names = dict(seen.values_list("pk", "called")) if keys else {}
        return [
            replace(one, called=names.get(one.main.person_id, "") if one.main.person_id else one.main.called)
            for one in found
        ]


Source = Callable[[Ask], Iterable[Row]]
SOURCES: Final[list[Source]] = []


def source(function: Source) -> Source:
    """Decorator: ask this function, too. One query, at most :data:`MOST` rows, the most pressing of them."""
    SOURCES.append(function)
    return function


@dataclass(frozen=True, slots=True)
class Told:
    """One part of the statement: its rows, where each column of a :class:`Row` stands, and how what stands there is read.

    ``on``, ``about``, ``person``, ``called``, ``kind``, ``text``: names of fields or expressions; of ``on`` one of a date.
    ``kinds``: code -> words, and nothing for other codes; ``instead``: code -> another reason than ``why``; ``day``: from the
    date that is stored to the day it is about; ``read``: from the text that is stored to words. ``first``: which come first
    where there are more than :data:`MOST`.
    """

    rows: Any
    why: Reason
    on: Any
    about: str = "pk"
    person: str = ""
    called: str | Value = ""
    kind: str | Concat = ""
    text: str | Subquery = ""
    kinds: Mapping[str, str | Promise] = field(default_factory=dict)
    instead: Mapping[str, Reason] = field(default_factory=dict)
    day: Callable[[date], date] = lambda day: day
    read: Callable[[str], str] = str
    first: tuple[str, ...] = ("id",)

    def columns(self, number: int) -> QuerySet[Any, tuple[Any, ...]]:
        """Seven columns, the same of all parts; the first says whose they are."""
        nobody, words = Cast(Value(None), UUIDField()), CharField()

        def said(name: str | Value | Subquery | Concat) -> Any:
            return Cast(F(name) if name and isinstance(name, str) else name or Value(""), words)

        values: QuerySet[Any, tuple[Any, ...]] = self.rows.order_by(*self.first).values_list(
            Value(number),
            F(self.about),
            F(self.on) if isinstance(self.on, str) else self.on,
            F(self.person) if self.person else nobody,
            said(self.called),
            said(self.kind),
            said(self.text),
        )
        return values[:MOST]

    def row(self, about: UUID, on: date, person: UUID | None, called: str, kind: str, text: str) -> Row:
        return Row(
            self.instead.get(kind, self.why),
            about,
            self.day(on),
            person,
            called,
            self.kinds.get(kind, ""),
            self.read(text) if text else "",
        )


Part = Callable[[Ask], Told]
PARTS: Final[list[Part]] = []


def part(function: Part) -> Part:
    """Decorator: ask this, too, in the one statement of all parts. At most :data:`MOST` rows of each, the most pressing."""
    PARTS.append(function)
    return function


def write(ask: Ask, parts: Iterable[Part]) -> Statement[Told]:
    """The one statement of these parts, for the people of :data:`LISTED`. Whose files are open, and whom others look after, is
    said once, before them."""
    told = [each(ask) for each in parts]
    first, *others = (one.columns(number) for number, one in enumerate(told))
    together = first.union(*others, all=True) if others else first
    before = [FileOpen(ask.user).keys(), LookedAfter(F("person"), user=ask.user).keys()]
    ask.together = True
    try:
        with said_before(*before):
            sql, values = together.query.get_compiler(connection=connection).as_sql()
    finally:
        ask.together = False
    whole = ", ".join(
        [f"WITH {LISTED}(key) AS MATERIALIZED (SELECT unnest(%s::uuid[]))", *(one.in_with for one in before)]
    )
    given = [value for one in before for value in one.values]
    return Statement(f"{whole} {sql}", (ask.keys, *given, *values), tuple(replace(one, rows=None) for one in told))


def statement_for(ask: Ask, parts: Sequence[Part]) -> Prepared[Told] | Statement[Told]:
    """As :func:`write` has it, or as it was kept. What it says follows from what stands in the key here, and from who the user
    and their organisations are, and from no row of the database (tests hold every part to it)."""
    user = ask.user
    here = [one.pk for one in user.organisations]
    roles = tuple(
        (
            here.index(one.organisation_id),
            one.role,
            one.organisation.state,
            one.organisation.kind,
            one.organisation.sensitive,
        )
        for one in user.all_memberships
    )
    working_for = here.index(user.working_for_id) if user.working_for_id in here else user.working_for_id
    key = (working_for, roles, ask.own, ask.day, timezone.localdate(), get_language(), tuple(parts))
    return kept(key, lambda: write(ask, parts), user=user.pk, organisations=here)


def told_by(ask: Ask, parts: Sequence[Part]) -> tuple[list[Row], bool]:
    """The rows of these parts, in one query, and whether one of them had more than it may name."""
    statement = statement_for(ask, parts)
    rows, counted = [], Counter[int]()
    here = [one.pk for one in ask.user.organisations]
    for number, *columns in send(statement, ask.keys, user=ask.user.pk, organisations=here):
        rows.append(statement.told[number].row(*columns))
        counted[number] += 1
    return rows, any(number >= MOST for number in counted.values())


def today(user: User, *, day: date, own: bool = True) -> tuple[Entries, bool]:
    """Everybody who waits, the most urgent first; and whether some source had more rows than it may name."""
    ask = Ask(user, day, own)
    by_person: dict[UUID, list[Row]] = {}
    found, full = told_by(ask, PARTS)
    for each in SOURCES:
        rows = list(each(ask))
        full = full or len(rows) >= MOST
        found += rows
    for row in found:
        by_person.setdefault(row.person_id or row.about_id, []).append(row)
    entries = []
    for rows in by_person.values():
        rows.sort(key=lambda row: (-row.urgency(day), row.on, str(row.about_id)))
        entries.append(Entry(rows[0], tuple(rows[1:]), rows[0].urgency(day)))
    entries.sort(key=lambda entry: (-entry.urgency, entry.main.on, str(entry.main.about_id)))
    return Entries(entries, user), full


#: A step's kind as the statement tells it, with this before it where it is overdue: in words, and as a reason.
_LATE: Final = "late "
_STEP_KINDS: Final = {
    f"{late}{kind.value}": kind.label for kind in StepKind if kind != StepKind.OTHER for late in ("", _LATE)
}
_IF_LATE: Final = {f"{_LATE}{kind.value}": STEP_LATE for kind in StepKind}


# --- the sources of this room -------------------------------------------------------------------------------------------


@part
def calls(ask: Ask) -> Told:
    """Those who asked in the portal to be called. Neither name nor number: who opens the request is written down."""
    waiting = CallBack.objects.visible_to(ask.user).waiting()
    since = TruncDate(Coalesce("answered_at", "created_at"))  # CallBack.waits_since
    return Told(waiting, CALL, since, first=("created_at", "id"))


@source
def meetings(ask: Ask) -> list[Row]:
    """Appointments of one's organisation: to come, without an interpreter, of which nobody said what came of it, missed."""
    later = Appointment.objects.filter(
        person=OuterRef("person"), organisation=OuterRef("organisation"), starts_at__gt=OuterRef("starts_at")
    )
    state = Appointment.State
    rows = (
        Appointment.objects.visible_to(ask.user)
        .filter(ask.people(), organisation__in=ask.here)
        .filter(starts_at__gte=ask.at(-MEETING_BEHIND), starts_at__lt=ask.at(MEETING_AHEAD + 1))
        .filter(Q(state=state.BOOKED) | Q(state=state.MISSED) & ~Exists(later))
        .only("starts_at", "minutes", "state", "interpreting", "interpreter", "with_whom", "person_id")
        .order_by("-starts_at", "id")[:MOST]
    )
    return [
        Row(
            _of_meeting(one),
            one.pk,
            timezone.localdate(one.starts_at),
            one.person_id,
            text=one.with_whom,
            at=one.starts_at,
        )
        for one in rows
    ]


@part
def expected(ask: Ask) -> Told:
    """Those without a file for whom a time is kept. No name: who opens it is written down."""
    coming = Booking.objects.visible_to(ask.user).booked()
    rows = coming.filter(starts_at__gte=ask.at(-MEETING_BEHIND), starts_at__lt=ask.at(MEETING_AHEAD + 1))
    return Told(rows, EXPECTED, TruncDate("starts_at"), text="with_whom", first=("starts_at", "id"))


def _of_meeting(one: Appointment) -> Reason:
    if one.state == Appointment.State.MISSED:
        return MISSED
    if one.is_over:
        return CAME
    return INTERPRETER if one.interpreting != Interpreting.NONE and one.interpreter_id is None else MEETING


@part
def steps(ask: Ask) -> Told:
    """The person's own steps, one's own and one's organisation's; those of partners once they are overdue."""
    theirs = Q(owner=Step.Owner.PERSON) | Q(owner=Step.Owner.PARTNER, due_on__lt=ask.day) | Q(organisation__in=ask.here)
    mine = Q(owner=Step.Owner.CASEWORKER, owner_user_id=ask.user.pk)
    if ask.own:  # what a colleague promised is theirs to do
        theirs = mine | theirs & Q(owner_user_id=None) & ask.whose()
    rows = (
        Step.objects.visible_to(ask.user)
        .open()
        .filter(theirs, ask.ours(), due_on__lte=ask.day + timedelta(days=STEP_AHEAD))
    )
    when = Case(When(due_on__lt=ask.day, then=Value(_LATE)), default=Value(""))
    return Told(
        rows, STEP_SOON, "due_on", person="person_id", kind=Concat(when, "kind"), text="text", kinds=_STEP_KINDS,
        instead=_IF_LATE, first=("due_on", "id"),
    )  # fmt: skip


@part
def without_a_step(ask: Ask) -> Told:
    """People with no next step at all, and those of whom nothing has moved for long, neither plan nor referral. A referral
    under way is a next step; it keeps nobody from standing here when it stands still (their own rows: today_of_referrals)."""
    theirs = Referral.objects.filter(person=OuterRef("pk"))
    moved = Q(moved_at__gte=ask.at(-QUIET_DAYS)) | Q(moved_at=None, created_at__gte=ask.at(-QUIET_DAYS))
    idle = Q(plan__next_on=None) & ~Q(Exists(theirs.open()))
    rows = (
        Person.objects.visible_to(ask.user)
        .active()
        .filter(ask.people("pk"))
        .annotate(since=Coalesce("plan__moved_at", "created_at"))
        .annotate(why=Case(When(idle, then=Value(NO_STEP.code)), default=Value(QUIET.code)))
        .filter(Q(why=NO_STEP.code) | Q(since__lt=ask.at(-QUIET_DAYS)) & ~Q(Exists(theirs.filter(moved))))
    )
    return Told(
        rows, NO_STEP, TruncDate("since"), person="pk", kind="why", instead={QUIET.code: QUIET}, first=("since", "id"),
    )  # fmt: skip
