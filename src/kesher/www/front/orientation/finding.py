"""One visitor's answers turned into what the result page shows, in a fixed number of queries."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import numpy as np
from django.db.models import BooleanField, ExpressionWrapper, F, Min, Sum, Value
from django.utils import timezone, translation
from django.utils.functional import Promise

from kesher.areas.models import Area
from kesher.base.moment import one_moment
from kesher.directory.call_backs import that_can_be_asked
from kesher.directory.concerns import BROAD, PARTS_OF
from kesher.directory.doors import Doors, doors
from kesher.directory.facts import QUESTION_OF, Question, Who, question_of
from kesher.directory.models import Capacity, Cost, Phone, RequiredDocument, Service, Term
from kesher.directory.orienting import CONCERN_OF, Concern, catalogue, concerns_to_offer, next_question_for
from kesher.directory.search import Facts, facts_of
from kesher.directory.served import AREA, asks_for, living_in
from kesher.engine.orientation import Colour, Orientation, Result, Situation, orient
from kesher.engine.orientation.catalogue import Mask, Numbers
from kesher.engine.orientation.clarifying import WORTH, WORTH_PART
from kesher.www.front.orientation.answers import Answers
from kesher.www.front.orientation.asking import Asked
from kesher.www.front.orientation.own_work import OwnWork, own_work
from kesher.www.front.orientation.reasons import Why, names_of_areas, why
from kesher.www.front.orientation.wishes import Meant, meant
from kesher.www.front.services.cards import Text, towns_of

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

FEW, SOME = 3, 10  # shown per need: of several, of one
A_PAGE: Final = 20  # shown at a time of what somebody wants to see all of
TOP = 10


@dataclass(frozen=True, slots=True)
class Card:
    """One service in the result, with all its card says."""

    pk: UUID
    name: Text
    description: Text
    organisation: Text | None
    status: str | Promise
    result: Result
    why: Why
    ask: Asked | None  # what it waits for, as a question
    facts: Facts | None
    phone: str
    checked: date | None
    referral_modes: Sequence[str]
    whom: Text  # for whom it is, in the words of whoever gives it
    calls_back: bool  # whether a number left there would be called
    towns: Sequence[Text] = field(default_factory=tuple)
    papers: Sequence[Text] = field(default_factory=tuple)
    costs: Sequence[Cost] = field(default_factory=tuple)
    for_work: str = ""  # why it helps on with the visitor's work
    machine: Sequence[str] = ()  # languages of the texts that a machine translated
    waits: Text = field(default_factory=dict)  # how long one waits, in words
    places_told: "PlacesTold | None" = None
    takes_referrals: bool = False  # whether a professional can begin one now

    @property
    def to_all(self) -> bool:
        """Whether nobody is turned away, but for where they live: what asks for nothing and says so."""
        service = self.result.service
        return not service.unsaid and service.rule == asks_for(service.areas)

    @property
    def next_start(self) -> date | None:
        return self.result.service.next_start

    @property
    def free_places(self) -> int | None:
        return self.result.service.free_places


@dataclass(frozen=True, slots=True)
class PlacesTold:
    """How many places are free, and the day that was told: of several numbers, the day of the oldest."""

    free: int
    day: date


@dataclass(frozen=True, slots=True)
class Wider:
    """A filter (a name of :data:`FILTERS`, or ``ALL``), and how many services would fit or may fit without it."""

    filter: str
    n: int


class Head(StrEnum):
    """For what services are listed together."""

    WORK = "work"  # they help on with the visitor's work
    WISH = "wish"  # they answer what was said
    NEED = "need"  # they serve a theme that was chosen
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Opened:
    """Of what all is shown, a page of :data:`A_PAGE` at a time: the ``number`` of a need, or :data:`REFUSED`."""

    number: int
    page: int = 1


#: The number of what does not fit; the needs are counted from 1.
REFUSED: Final = 0


@dataclass(frozen=True, slots=True)
class Part:
    """What is shown of a list. ``begin``: how many stand before it."""

    cards: Sequence[Card]
    total: int
    begin: int = 0
    page: int = 0  # 0: only the first few

    @property
    def more(self) -> int:
        return max(self.total - self.begin - len(self.cards), 0)


@dataclass(frozen=True, slots=True)
class Need:
    """What is listed together, and for what (``why``). ``words``: of a wish, where there are several; ``code``: of a need.
    ``number``: by which all of it is asked for."""

    number: int
    why: "Head"
    words: str
    code: str
    name: Text
    shown: Part
    wider: Sequence[Wider] = ()  # where there are none

    @property
    def cards(self) -> Sequence[Card]:
        return self.shown.cards


@dataclass(frozen=True, slots=True)
class Found:
    """What the page shows. ``waiting``: the card in which the question stands too; ``elsewhere``: services of the same kind
    that stand behind the other door. ``codes``: of the themes that the words spoke of; ``themes``: all that services carry;
    ``wishes``: what was wanted, one by one; ``work``: the names of the work that was understood as the visitor's.
    ``wider``: where nothing fits at all, the filters that keep something out. ``unclear``: where the words leave open what they
    are most about, what to offer; ``about``: what was answered to that."""

    needs: Sequence[Need]
    refused: Part
    counts: Mapping[Colour, int]
    question: Question | None
    waiting: UUID | None
    elsewhere: int
    codes: Sequence[str]
    themes: Container[str]
    wishes: Sequence[str]
    work: Text | None
    wider: Sequence[Wider]
    unclear: Sequence[Concern]
    about: Concern | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def not_fitting(self) -> Sequence[Card]:
        return self.refused.cards

    @property
    def cards(self) -> Iterator[Card]:
        for need in self.needs:
            yield from need.cards


@one_moment()
def find_for(
    answers: Answers,
    visitor: "Visitor",
    *,
    area: Area | None,
    opened: Opened | None = None,
    papers: bool = False,
    refers: bool = False,
) -> Found:
    """Orient, choose what is shown, and read it. ``papers``: also what to bring; ``refers``: what somebody who refers asks."""
    now = timezone.localtime()
    spoken, work = meant(answers), own_work(answers)
    everywhere, behind = _oriented(answers, spoken, area, now, work)
    result = everywhere.only(_among(everywhere, behind, answers))
    listed, refused = _chosen(result, spoken, answers, work, opened)
    shown = dict.fromkeys(number for one in [*listed, refused] for number in one.numbers)
    cards = _cards(result.results_of([*shown]), visitor, answers, now, papers=papers, refers=refers, work=work)
    names = _names([one.code for one in listed if one.code])
    question, waiting = _question(result, answers, listed)
    nothing = not any(one.total for one in listed)

    def part(one: _Listed) -> Part:
        return Part([cards[number] for number in one.numbers if number in cards], one.total, one.begin, one.page)

    needs = [
        Need(
            place,
            one.why,
            one.words,
            one.code,
            names.get(one.code, {}),
            part(one),
            _wider(everywhere, behind, answers, one.asked) if not one.total and not nothing else (),
        )
        for place, one in enumerate(listed, start=1)
    ]
    waits = (card.pk for need in needs for card in need.cards if str(card.pk) in waiting)
    return Found(
        needs=[need for need in needs if need.cards or need.words or need.code],
        refused=part(refused),
        counts=result.counts(),
        question=question,
        waiting=next(waits, None),
        elsewhere=_elsewhere(result, behind, answers),
        codes=spoken.codes,
        themes=result.catalogue.needs,
        wishes=[wish.text for wish in spoken.wishes],
        work=work.names if work else None,
        wider=_wider(everywhere, behind, answers, everywhere.relevant) if nothing else (),
        unclear=_unclear(result, answers, spoken),
        about=CONCERN_OF.get(answers.about),
    )


@one_moment()
def cards_of(services: Sequence[UUID], answers: Answers, visitor: "Visitor", *, area: Area | None) -> list[Card]:
    """These services for this visitor, in the order given; what nobody may see is left out."""
    now = timezone.localtime()
    everywhere, behind = _oriented(answers, meant(answers), area, now)
    result = everywhere.only(_among(everywhere, behind, answers))
    numbers = (result.catalogue.number_of.get(str(key)) for key in services)
    results = result.results_of([number for number in dict.fromkeys(numbers) if number is not None])
    cards = list(_cards(results, visitor, answers, now, papers=True).values())
    costs = _costs([card.pk for card in cards])
    return [replace(card, costs=costs.get(card.pk, ())) for card in cards]


#: Each filter: whether it keeps anything out, and the answers without it.
FILTERS: Final[Mapping[str, tuple[Callable[[Answers], bool], Callable[[Answers], Answers]]]] = {
    "remote": (lambda answers: answers.remote, lambda answers: replace(answers, remote=False)),
    "spoken_only": (lambda answers: answers.spoken_only, lambda answers: replace(answers, spoken_only=False)),
    "within": (
        lambda answers: answers.within is not None and answers.area is not None,
        lambda answers: replace(answers, within=None),
    ),
}
ALL: Final = "all"


def without_filter(answers: Answers, name: str) -> Answers:
    """The same, wider; an unknown name changes nothing."""
    for one in FILTERS if name == ALL else [name] if name in FILTERS else []:
        answers = FILTERS[one][1](answers)
    return answers


def _wider(everywhere: Orientation, behind: Doors, answers: Answers, asked: Mask) -> Sequence[Wider]:
    """Each filter without which something of ``asked`` would be shown; where only all of them together are in the way, all."""
    on = [name for name, (is_on, _off) in FILTERS.items() if is_on(answers)]

    def found(name: str) -> Wider:
        among = _among(everywhere, behind, without_filter(answers, name))
        return Wider(name, int((among & asked & (everywhere.verdicts >= 0)).sum()))

    alone = [one for one in map(found, on) if one.n]
    return alone or [one for one in [found(ALL)] if one.n and len(on) > 1]


def _oriented(
    answers: Answers, spoken: Meant, area: Area | None, now: datetime, work: OwnWork | None = None
) -> tuple[Orientation, Doors]:
    known = catalogue()
    behind = doors(known)
    language = translation.get_language() or "en"
    found = {**spoken.found, **(work.found if work else {})}  # what helps on with a work is measured by that
    situation = Situation(
        now.date(),
        {**answers.facts, AREA: living_in(area.path, known.rules.facts)} if area else answers.facts,
        needs=tuple(code for code in dict.fromkeys([*answers.needs, *spoken.codes]) if code in known.needs),
        found=found,
        place=area.centre if area else None,
        languages=frozenset(answers.speaks or [language]),
    )
    return orient(known, situation), behind


def _among(result: Orientation, behind: Doors, answers: Answers) -> Mask:
    """The services this visitor looks at: behind their door, and within their filters."""
    known, situation = result.catalogue, result.situation
    if answers.says_something and not situation.needs and not situation.found:
        return np.zeros(len(known), dtype=bool)  # words that nothing answers are not the wish to see everything
    among = behind.behind[answers.door]
    if answers.door is Who.BUSINESS and not answers.says_something:
        among = behind.for_businesses
    if answers.remote:
        among = among & known.remote
    elif answers.within is not None and situation.place is not None:
        far = result.distances
        among = among & (
            known.remote | np.less_equal(far, answers.within, where=~np.isnan(far), out=np.zeros(len(far), bool))
        )
    if answers.spoken_only:
        among = among & known.any_of(known.languages, situation.languages)
    return among


@dataclass(frozen=True, slots=True)
class _Listed:
    """What is listed together. ``mask``: all that stand there, whatever their colour; ``numbers``: those shown, best first,
    after ``begin`` others; ``total``: how many fit or may fit; ``asked``: all that answer it, whatever the filters."""

    why: Head
    words: str
    code: str
    asked: Mask
    mask: Mask
    numbers: list[int]
    total: int
    begin: int = 0
    page: int = 0

    def turned_to(self, page: int, numbers: Numbers) -> "_Listed":
        """That page of all ``numbers``; the last where there are fewer."""
        page = max(min(page, -(-len(numbers) // A_PAGE)), 1)
        begin = (page - 1) * A_PAGE
        return replace(self, numbers=numbers[begin : begin + A_PAGE].tolist(), begin=begin, page=page)


def _chosen(
    result: Orientation, spoken: Meant, answers: Answers, work: OwnWork | None, opened: Opened | None
) -> tuple[list[_Listed], _Listed]:
    """What is shown: under each wish and each chosen need, each service once; then the rest; and what does not fit.

    What helps on with the visitor's work stands before the wish that speaks of it, and after it where it asks for something.
    """
    known, order = result.catalogue, result.order()
    fitting = order[result.verdicts[order] >= 0]
    several = len(spoken.wishes) > 1
    heads = [(Head.WISH, wish.text if several else "", "", wish.answered_by(known)) for wish in spoken.wishes]
    heads += [(Head.NEED, "", code, known.needs[code]) for code in answers.needs if code in known.needs]
    each = FEW if len(heads) > 1 else SOME
    # The rest was hardly meant, and what helps on with a work was not asked for.
    most = {Head.WISH: each, Head.NEED: each, Head.WORK: FEW, Head.REST: FEW if heads else SOME}
    if work is not None:
        helping = work.answered_by(known)
        heads = [(why_listed, words, code, those & ~helping) for why_listed, words, code, those in heads]
        own = next((place for place, wish in enumerate(spoken.wishes) if work.said in wish.text), 0)
        if work.asks and several:  # what is asked for stands in another wish
            heads.insert(len(spoken.wishes) - 1, heads.pop(own))
            own = len(spoken.wishes) - 1
        heads.insert(own + (work.asks and not several), (Head.WORK, "", "", helping))
        most[Head.WISH] = FEW if work.asks else each
    listed: list[_Listed] = []
    left = result.relevant.copy()
    answered = known.number_of.get(str(answers.card)) if answers.card else None
    for place, (why_listed, words, code, those) in enumerate([*heads, (Head.REST, "", "", left)], start=1):
        mask = left & those
        left = left & ~mask
        mine = fitting[mask[fitting]]
        few = _with(answered, mine[: most[why_listed]], mine)
        one = _Listed(why_listed, words, code, those, mask, few, len(mine))
        listed.append(one.turned_to(opened.page, mine) if opened and opened.number == place else one)
    never = order[result.verdicts[order] < 0]
    few = _with(answered, never[:FEW], never)
    refused = _Listed(Head.REST, "", "", result.relevant, result.relevant, few, len(never))
    return listed, refused.turned_to(opened.page, never) if opened and opened.number == REFUSED else refused


def _with(answered: int | None, few: Numbers, all_of_them: Numbers) -> list[int]:
    """The few that are shown, and the one in which somebody just answered, where it is one of these."""
    here = answered is not None and answered in all_of_them and answered not in few
    return [*few.tolist(), answered] if here and answered is not None else few.tolist()


def _question(
    result: Orientation, answers: Answers, listed: Sequence[_Listed]
) -> tuple[Question | None, frozenset[str]]:
    """What to ask next, and the keys of the services that wait for it; nothing once enough was asked.

    What could change the first ten under one wish or need; with several, what could change those shown under each, one
    after the other: who asked for a course and for childcare wants both answered, although courses alone would fill ten.
    """
    if not answers.may_be_asked:
        return None, frozenset()
    for one in listed[:-1] or listed:
        looked_at, top = result.only(one.mask), TOP if one.page else min(TOP, max(len(one.numbers), 1))
        if found := next_question_for(looked_at, answers.door, skipped=answers.skipped, top=top):
            return found[0], frozenset(found[1])
    return None, frozenset()


def _unclear(result: Orientation, answers: Answers, spoken: Meant) -> Sequence[Concern]:
    """What to offer as what the words are most about; nothing where an answer would hardly change what comes first.

    First the likeliest. After "none of these" all there are: whoever asked at a desk was not understood is asked openly. And of
    what was chosen, its parts.
    """
    if not answers.may_be_asked_about or not spoken.wishes:
        return ()
    wishes = [wish.asked for wish in spoken.wishes]
    here: Sequence[Concern] = [one for one in BROAD if one.door is answers.door and one.code not in answers.passed]
    if (answers.passed or answers.openly) and not answers.about:
        return here if wishes[0].said is not None else ()
    among = np.any([wish.answered_by(result.catalogue) for wish in spoken.wishes], axis=0)
    if parts := PARTS_OF.get(answers.about):
        offered, worth = concerns_to_offer(wishes, result, parts, among=among, most=len(parts))
        return offered if worth >= WORTH_PART else ()
    offered, worth = concerns_to_offer(wishes, result, here, among=among)
    return offered if worth >= WORTH else ()


def _elsewhere(result: Orientation, behind: Doors, answers: Answers) -> int:
    """How many services that answer the same words and needs stand only behind the other door."""
    asked = result.situation
    if answers.door is Who.BUSINESS or not (asked.needs or asked.found):
        return 0  # nothing was asked, or nothing of it was understood: everything would be "of this kind"
    everything = result.only(~behind.behind[answers.door])
    return int(everything.relevant.sum())


def _names(codes: Sequence[str]) -> Mapping[str, Text]:
    return dict(Term.objects.filter(code__in=codes).order_by("pk").values_list("code", "name"))


def _cards(
    results: Sequence[Result],
    visitor: "Visitor",
    answers: Answers,
    now: datetime,
    *,
    papers: bool,
    refers: bool = False,
    work: OwnWork | None = None,
) -> Mapping[int, Card]:
    """By number in the catalogue. Fetched through what the visitor may see: what was suspended a moment ago is left out."""
    keys = [UUID(result.service.key) for result in results]
    rows: dict[UUID, tuple[Any, ...]] = {
        row[0]: row
        for row in Service.objects.visible_to(visitor)
        .filter(pk__in=keys)
        .annotate(calls_back=ExpressionWrapper(that_can_be_asked(), BooleanField()))
        .order_by("pk")
        .values_list(
            "pk",
            "name",
            "description",
            "organisation__name",
            "status",
            "assured_date",
            "referral_modes",
            "eligibility_description",
            "calls_back",
            "machine_languages",
        )
    }
    towns, facts, phones = towns_of(keys), facts_of(keys, now), _phones(keys)
    areas = names_of_areas({path for result in results for path in result.service.areas})
    to_bring = _papers(keys) if papers else {}
    waits, told, taking = _for_referring(keys) if refers else ({}, {}, frozenset[UUID]())
    found = {}
    for result, key in zip(results, keys, strict=True):
        if key not in rows:
            continue
        _key, name, description, organisation, status, checked, modes, whom, calls_back, machine = rows[key]
        found[result.index] = Card(
            pk=key,
            name=name,
            description=description,
            organisation=organisation,
            status="" if status == Service.Status.ACTIVE else Service.Status(status).label,
            result=result,
            why=(reasons := why(result, areas=areas, who=answers.door)),
            ask=_asked_in(reasons, answers),
            facts=facts.get(key),
            phone=phones.get(key, ""),
            checked=checked,
            referral_modes=modes,
            whom=whom,
            calls_back=calls_back,
            towns=towns[key][:3],
            papers=to_bring.get(key, ()),
            for_work=work.reasons.get(str(key), "") if work else "",
            machine=machine,
            waits=waits.get(key, {}),
            places_told=told.get(key),
            takes_referrals=key in taking,
        )
    return found


def _asked_in(reasons: Why, answers: Answers) -> Asked | None:
    """The question a card waits for: of what it would need to know, the first that this door asks and nobody skipped."""
    questions = [one for fact in reasons.open if (one := question_of(fact, answers.door)) is not None]
    mine = [one for one in questions if one.key not in answers.skipped]
    mine.sort(key=lambda one: one.facts == (AREA,))  # a list of all places would be long in each card
    return Asked(mine[0]) if mine else None


CALLED: Final = ("", "voice", "cell", "hotline")
#: From a telephone to the services it rings for, the nearest first.
WAYS_TO_RING: Final = (
    "service",
    "service_at_location__service",
    "location__services_here__service",
    "organisation__services",
)


def _phones(services: Sequence[UUID]) -> Mapping[UUID, str]:
    """The telephone to ring first: the service's own, else that of the place where it is, else the organisation's."""
    called = Phone.objects.filter(type__in=CALLED).order_by()
    first, *others = (
        called.filter(**{f"{way}__in": services})
        .annotate(of=F(way), turn=Value(turn))
        .values_list("turn", "pk", "of", "number")
        for turn, way in enumerate(WAYS_TO_RING)
    )
    found: dict[UUID, str] = {}
    for _turn, _pk, key, number in sorted(first.union(*others, all=True)):
        found.setdefault(key, number)
    return found


def _papers(services: Sequence[UUID]) -> Mapping[UUID, list[Text]]:
    found: dict[UUID, list[Text]] = {}
    asked = RequiredDocument.objects.filter(service__in=services).order_by("pk")
    for key, document in asked.values_list("service", "document"):
        found.setdefault(key, []).append(document)
    return found


def _for_referring(
    services: Sequence[UUID],
) -> tuple[Mapping[UUID, Text], Mapping[UUID, PlacesTold], frozenset[UUID]]:
    """What one asks before sending somebody: how long they wait, when places were last told, where one can refer to."""
    rows = Service.objects.filter(pk__in=services).order_by("pk")
    waits = dict(rows.values_list("pk", "wait_time"))
    told = {
        key: PlacesTold(free, timezone.localdate(day))
        for key, free, day in Capacity.objects.filter(service__in=services)
        .order_by("service")
        .values("service")
        .annotate(free=Sum("available"), day=Min("updated"))
        .values_list("service", "free", "day")
    }
    return waits, told, frozenset(rows.taking_referrals().values_list("pk", flat=True))


def _costs(services: Sequence[UUID]) -> Mapping[UUID, list[Cost]]:
    found: dict[UUID, list[Cost]] = {}
    for cost in Cost.objects.filter(service__in=services).order_by("pk"):
        found.setdefault(cost.service_id, []).append(cost)
    return found


def answers_in_order(answers: Answers) -> Sequence[tuple[Question, Mapping[str, Any]]]:
    """Each question answered, with its facts, in the order they were answered."""
    found: dict[str, tuple[Question, dict[str, Any]]] = {}
    for path, value in answers.facts.items():
        question = QUESTION_OF[path]
        found.setdefault(question.key, (question, {}))[1][path] = value
    return [found[key] for key in found]
