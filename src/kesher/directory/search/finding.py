"""Finding services: one question, one answer; the database finds the words, this process filters, counts and orders.

**How a service scores.** With words asked, each with a weight w (rare words tell more, see ``understanding``):

    text(s)  = Σ w · f(where the word stands in s) / Σ w      f: name 1, organisation or other form of the name 0.6,
                                                                 text 0.4, other form in a text 0.2
    theme(s) = 1 - Π (1 - 0.9 · score of the term · share of its words that no better term answered), over the terms
               meant that s carries or that stand above one it carries: as chances that add up ("sheltered work" is
               sheltered work before it is a shelter), each word once; where an encoder has read the meanings,
               0.25 of that + 0.75 · meaning(s): who gives themes, a person or a table of keywords, may err
    meaning(s) = 0.35 · agreement of the themes + 0.65 · nearness · the chance that anything is asked
               (``engine.orientation.themes``)
    score(s) = (0.6 · theme(s) + 0.4 · text(s)) · (0.95 if it should have been checked again by now)

A service is found when it holds a word asked or carries a term meant, and scores at least 0.4 of the best there is for
those words (in everything one may see, before filters: a filter never lets in what the words did not). Words that stand
in more than a tenth of all services bring none in by themselves when rarer ones or themes were asked, nor do terms that score
less than 0.55 of the best term.
Order: score; with ``near``, score in steps of a twentieth of the best, then distance. Without words: distance with
``near``, else the name in the reader's language. The key of the service comes last, so that pages never overlap.

Why not ``ts_rank_cd``: it knows no rarity, so "help for my mother" finds help; it wants positions; and its number cannot
be said in one line to the person who asks why. What an encoder reads finds and orders; it decides nothing, and search
works without.

**Where the time goes.** The database's index says which documents hold a word, and with what weight (its first letter):
scoring reads no text. All else is arithmetic on ``columns``, which this process holds and the database keeps true.
Counts are made per kind, each over what all filters but those of its kind leave.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray

from kesher.directory.search.columns import Bools, Columns, Floats, Numbers, columns
from kesher.directory.search.documents import quoted
from kesher.directory.search.opening import is_open, minute_of_week, opens_next, until
from kesher.directory.search.query import (
    LARGEST_PAGE,
    LONGEST_TEXT,
    PUBLIC,
    Facets,
    Facts,
    Found,
    Hit,
    Match,
    Scope,
    SearchQuery,
    Word,
)
from kesher.directory.search.understanding import Group, Understood, understand
from kesher.engine.distance import kilometres
from kesher.engine.orientation.themes import Offers, Question, agreement, nearness

EPOCH = date(1970, 1, 1)
THEME_SHARE = 0.6
IN_NAME, IN_ORGANISATION, IN_TEXT, IN_FORM = 1.0, 0.6, 0.4, 0.2
OF_THE_BEST = 0.4
STALE = 0.95
COMMON = 0.1
STEPS_OF_SCORE = 20
BELIEF = 0.9
#: How much of a term counts whose words a better one has answered already.
AGAIN = 0.4
#: How much less a service answers each of its themes when it stands under many (those above them count too): from so many
#: on, in full after so many more.
SPREAD, FEW_THEMES, MANY_THEMES = 0.2, 4, 16
#: Of the best term's score: terms that score less count, but bring no services in by themselves.
BRINGING = 0.55
#: Of the best agreement by meaning: what agrees as well is brought in; nothing where even the best agrees less than
#: LEAST_MEANT. And how much the themes a service carries count beside its meaning.
MEANT, LEAST_MEANT, CARRIED = 0.65, 0.22, 0.25
#: How much of the agreement is nearness, and which nearness counts as none and as full. Tuned on the development sets of
#: ``tests/orientation_quality``; a third to two thirds are much the same there. Questions that were moved towards the answers
#: of others stand nearer to everything: full is later than it was without (0.6).
BY_PLACE, FAR, NEAR = 0.65, 0.1, 0.7

#: Weights of words, the best first: the letter a word begins with, what it is worth, where that is.
WEIGHTS = (("A", IN_NAME), ("B", IN_ORGANISATION), ("C", IN_TEXT), ("D", IN_FORM))
#: The same where it is known what is meant: which word it is says more than where it stands.
ALIKE_WORTH = np.array([1.0, 0.9, 0.8, 0.6, 0.0])
WHERE = ("name", "organisation", "text", "text")
NOWHERE = len(WEIGHTS)


def find(query: SearchQuery, *, first: bytes | None = None) -> Found:
    """Answer one question. Never raises for anything typed; filters of values that do not exist find nothing.

    ``first``: keys of services by which the others are measured, as in :func:`find_scores`.
    """
    understood = _understood(query.text)
    with transaction.atomic(savepoint=False):
        scored = _scored(understood, query, first) if understood is not None else None
        now = scored.columns if scored is not None else columns()
        far = _kilometres(now, query)
        conditions = _conditions(now, query, far)
    source = _visible(now, query.scope) if scored is None else scored.found

    def left(but: str = "") -> Bools:
        return reduce(np.logical_and, (holds for kind, holds in conditions.items() if kind != but), source)

    found = left()
    page = _page(now, query, np.flatnonzero(found), scored, far)
    costs, places, referral = (left(kind) for kind in ("cost", "remote", "referral"))
    referrers = now.referral.counts(referral)
    return Found(
        hits=tuple(_hit(now, query, int(place), scored, far) for place in page),
        total=int(found.sum()),
        facets=Facets(
            themes=now.terms.counts(left("themes")),
            areas=now.areas.counts(left("areas")),
            languages=dict(
                sorted(now.languages.counts(left("languages")).items(), key=lambda item: (-item[1], item[0]))
            ),
            referral={mode: referrers.get(mode, 0) for mode in ("self", "professional")},
            free=int((now.free[costs] == 1).sum()),
            remote=int((now.remote[places] == 1).sum()),
            on_site=int((now.remote[places] == 0).sum()),
        ),
        words=tuple(Word(group.word, group.known, group.guesses) for group in understood.groups) if understood else (),
    )


def find_keys(text: str, scope: Scope, *, most: int = 10_000) -> list[UUID]:
    """The keys of all services a text finds, best first, at most ``most``; none for a text without words."""
    return list(find_scores(text, scope, most=most))


def find_scores(
    text: str, scope: Scope, *, most: int = 10_000, understood: Understood | None = None, first: bytes | None = None
) -> dict[UUID, float]:
    """The services a text finds, best first, each with its score as a share of the best (so the first has 1).

    ``understood``: of the same text, where it is known already. ``first``: keys of services, 16 bytes each, that come before
    all others: what the words mean is taken from these (the best of them has 1, what is better elsewhere 1 too), so that
    a business's words are not measured by how well they lead to flats. At most ``most`` of these, and of the others.
    """
    understood = understood or _understood(text)
    if understood is None or not understood.groups:
        return {}
    query = SearchQuery(scope=scope)
    with transaction.atomic(savepoint=False):
        scored = _scored(understood, query, first)
    now = scored.columns
    parts = (
        [scored.found] if scored.measure is None else [scored.found & scored.measure, scored.found & ~scored.measure]
    )
    pages = [_page(now, query, np.flatnonzero(part), scored, None, most=most) for part in parts]
    return {
        now.rows[place].key: min(1.0, float(scored.score[place] / scored.best)) for found in pages for place in found
    }


def find_alike(
    said: Question, text: str, scope: Scope, *, most: int = 10_000, first: bytes | None = None
) -> dict[UUID, float]:
    """The services that speak of this by their meaning, and of these words by the letter, half each; the best has 1.

    For what is known to be meant, where a word that few services hold says more than in a story: so both are taken as
    shares of their best. ``text``: whose words are looked for; ``first``: keys by which the others are measured, as
    in :func:`find_scores`.
    """
    understood = understand(text, by_words=True)
    query = SearchQuery(scope=scope)
    with transaction.atomic(savepoint=False):
        keys: dict[tuple[int, int], bytes] = _keys(understood.groups) if understood.groups else {}
        now = columns()
    visible = _visible(now, scope)
    measure = _among(now, first, visible)
    stands = _stands(now, understood.groups, keys)
    by_letter = np.array([group.weight for group in understood.groups]) @ ALIKE_WORTH[stands]
    score = np.zeros(now.size)
    for part in (agreeing(said, now.offers), by_letter):
        best = float((part if measure is None else part[measure]).max(initial=0.0))
        score += np.minimum(part / best, 1.0) / 2 if best else 0.0
    score = np.where(visible, score, 0.0)
    best = float((score if measure is None else score[measure]).max(initial=0.0))
    scored = _Scored(now, understood, score, best, (score > 0) & (score >= OF_THE_BEST * best), stands, measure)
    parts = [scored.found] if measure is None else [scored.found & measure, scored.found & ~measure]
    pages = [_page(now, query, np.flatnonzero(part), scored, None, most=most) for part in parts]
    return {now.rows[place].key: min(1.0, float(score[place] / best)) for found in pages for place in found}


def facts_of(keys: Iterable[UUID], now: datetime | None = None) -> dict[UUID, Facts]:
    """What the search documents say of these services, for a list that was found in another way. ``now``: for ``open``."""
    held, query = columns(), SearchQuery(now=now)
    places = held.positions(b"".join(key.bytes for key in keys)).tolist()
    return {held.rows[place].key: _hit(held, query, place, None, None).facts for place in places}


def _understood(text: str) -> Understood | None:
    text = _storable(text[:LONGEST_TEXT])
    understood = understand(text) if text.strip() else None
    return understood if understood is not None and understood.groups else None  # marks only: as if nothing was asked


def _storable(text: str) -> str:
    """Without what PostgreSQL refuses in a text: NUL and half surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


# --- what the words bring in -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Scored:
    """What the words bring in. Arrays of shape (documents,) but for ``stands``: (words, documents), 0..3 or NOWHERE.
    ``measure``: the documents by which the others are measured; None for all."""

    columns: Columns
    understood: Understood
    score: Floats
    best: float
    found: Bools
    stands: NDArray[np.int8]
    measure: Bools | None = None

    def because(self, place: int) -> tuple[Match, ...]:
        """Why one document was found."""
        groups = self.understood.groups
        said = [
            Match(group.word, WHERE[at])
            for group, at in zip(groups, self.stands[:, place], strict=True)
            if at != NOWHERE
        ]
        carried = self.columns.terms.carried(place)
        said += [
            Match(group.word, "theme", term.term_id)
            for term in self.understood.terms
            if term.term_id in carried
            for group in groups
            if group.word in term.words
        ]
        return tuple(said)


def _scored(understood: Understood, query: SearchQuery, first: bytes | None = None) -> _Scored:
    keys = _keys(understood.groups)
    now = columns()  # after the keys: what they name has been written
    visible = _visible(now, query.scope)
    measure = _among(now, first, visible)
    carrying = [(term, now.terms.holding((term.term_id,))) for term in understood.terms]
    if measure is not None:  # only terms that some of those carry
        carrying = [(term, carries) for term, carries in carrying if (carries & measure).any()]
        understood = replace(understood, terms=tuple(term for term, _ in carrying))
    groups, terms = understood.groups, understood.terms
    carried = [carries for _, carries in carrying]
    stands = _stands(now, groups, keys)
    rare = [n for n, group in enumerate(groups) if group.documents <= COMMON * understood.documents]
    brought = (stands[rare if rare or terms else slice(None)] != NOWHERE).any(axis=0)
    best_term = max((term.score for term in terms), default=0.0)
    for term, carries in zip(terms, carried, strict=True):
        if term.score >= BRINGING * best_term:
            brought |= carries
    agreeing = _agreeing(now, understood, visible)
    best_agreeing = float((agreeing if measure is None else agreeing[measure]).max(initial=0.0))
    brought |= (agreeing >= MEANT * best_agreeing) & (best_agreeing >= LEAST_MEANT)
    seen = np.flatnonzero(brought & visible)

    worth = np.array([worth for _, worth in WEIGHTS] + [0.0])
    weights = np.array([group.weight for group in groups])
    text = weights @ worth[stands[:, seen]] / weights.sum()
    doubt = _doubt(understood, [np.flatnonzero(carries[seen]) for carries in carried], len(seen))
    stale = np.where(now.check_by[seen] < _days(query), STALE, 1.0)
    many = np.clip((now.terms.sizes[now.terms.of[seen]] - FEW_THEMES) / MANY_THEMES, 0, 1)
    themes = (1 - doubt) * (1 - SPREAD * many)
    if understood.question is not None:  # a document that nobody has read yet goes by its themes alone
        read = now.offers.roots[seen, 0] > 0
        themes = np.where(read, CARRIED * themes + (1 - CARRIED) * agreeing[seen], themes)
    score = np.zeros(now.size)
    score[seen] = np.round((THEME_SHARE * themes + (1 - THEME_SHARE) * text) * stale, 9)
    best = float((score if measure is None else score[measure]).max(initial=0.0)) or float(score.max(initial=0.0))
    return _Scored(now, understood, score, best, (score > 0) & (score >= OF_THE_BEST * best), stands, measure)


def _stands(now: Columns, groups: Sequence[Group], keys: dict[tuple[int, int], bytes]) -> NDArray[np.int8]:
    """Shape (words, documents): where the best of each word's spellings stands in each, 0..3 or NOWHERE."""
    stands = np.full((len(groups), now.size), NOWHERE, dtype=np.int8)
    for (word, weight), held in reversed(keys.items()):  # the best last: it stays
        stands[word, now.positions(held)] = weight
    return stands


def _among(now: Columns, keys: bytes | None, visible: Bools) -> Bools | None:
    """The visible documents of these keys; None where there is none of them, or where all are meant."""
    if keys is None:
        return None
    among: Bools = now.among(keys) & visible
    return among if among.any() else None


def _agreeing(now: Columns, understood: Understood, visible: Bools) -> Floats:
    """Shape (documents,): how far each speaks of what is asked by its meaning; zeros where nothing reads meaning."""
    if understood.question is None:
        return np.zeros(now.size)
    return np.where(visible, agreeing(understood.question, now.offers), 0.0)


def agreeing(question: Question, offers: Offers) -> Floats:
    """Shape (offers,): how far each speaks of what is asked, by themes and by place together, between 0 and 1."""
    near = np.clip((nearness(question, offers) - FAR) / (NEAR - FAR), 0, 1)
    near *= min(1.0, float(question.chances.sum()))  # thanks and greetings stand near something too
    found: Floats = ((1 - BY_PLACE) * agreement(question, offers) + BY_PLACE * near).astype(np.float64)
    return found


def _doubt(understood: Understood, carrying: Sequence[Numbers], size: int) -> Floats:
    """Shape (size,): how little the themes that each document carries answer what was asked; 1 = not at all.

    ``carrying``: for each term which documents carry it. The best term first; of each further one counts what answers
    words that those before did not: three shelves that one word leads to are no three reasons.
    """
    doubt = np.ones(size)
    weight = {group.word: group.weight for group in understood.groups}
    number = {word: place for place, word in enumerate(weight)}
    weights = np.array(list(weight.values()))
    open_words = np.ones((len(weight), size), dtype=bool)
    for term, places in zip(understood.terms, carrying, strict=True):
        words = np.array([number[word] for word in term.words])
        new = weights[words] @ open_words[np.ix_(words, places)] / weights[words].sum()
        doubt[places] *= 1 - BELIEF * term.score * (AGAIN + (1 - AGAIN) * new)
        open_words[np.ix_(words, places)] = False
    return doubt


def _keys(groups: Sequence[Group]) -> dict[tuple[int, int], bytes]:
    """(number of the word, number of the weight) -> the keys of the documents that hold it so, 16 bytes each.

    One look into the index per word and weight; what stands in the documents is never read. No compiling and no further
    processes for a statement that takes less time than starting those.
    """
    asked = [(word, weight) for word in range(len(groups)) for weight in range(len(WEIGHTS))]
    queries = [
        "|".join(quoted(WEIGHTS[weight][0] + form) for form in dict.fromkeys(groups[word].every))
        for word, weight in asked
    ]
    held = "(SELECT string_agg(uuid_send(document_id), ''::bytea) FROM directory_searchtext WHERE words @@ %s::tsquery)"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('work_mem', '32MB', true), set_config('random_page_cost', '1.1', true),"
            " set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)"
        )
        cursor.execute(f"SELECT {', '.join([held] * len(asked))}", queries)
        return {pair: bytes(keys) for pair, keys in zip(asked, cursor.fetchone(), strict=True) if keys}


# --- filters ---------------------------------------------------------------------------------------------------------


def _visible(now: Columns, scope: Scope) -> Bools:
    if scope.everything:
        return np.ones(now.size, dtype=bool)
    if scope == PUBLIC:
        return now.public
    own = [now.organisations[key] for key in scope.organisation_ids if key in now.organisations]
    return now.public | np.isin(now.organisation, own)


def _conditions(now: Columns, query: SearchQuery, far: Floats | None) -> dict[str, Bools]:
    """Which documents meet each kind of filters that was asked for."""
    conditions: dict[str, Bools] = {}
    if query.themes:
        conditions["themes"] = now.terms.holding(_terms_of(query.themes))
    if query.area is not None:
        conditions["areas"] = now.areas.holding((query.area,))
    if query.languages:
        conditions["languages"] = now.languages.holding(query.languages)
    if query.free_only:
        conditions["cost"] = now.free == 1
    if query.remote is not None:
        conditions["remote"] = now.remote == int(query.remote)
    if query.referral is not None:
        conditions["referral"] = now.referral.holding((query.referral,))
    others: list[Bools] = []
    if query.organisation is not None:
        others.append(now.organisation == now.organisations.get(query.organisation, -2))
    if query.open_at is not None:
        others.append(now.open_at(_minute_of_week(query.open_at)))
    if far is not None and query.within_km is not None:
        others.append(far <= query.within_km)
    if others:
        conditions["other"] = reduce(np.logical_and, others)
    return conditions


def _terms_of(codes: Iterable[str]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM directory_term WHERE code = ANY(%s)", [[_storable(code) for code in codes]])
        return [key for (key,) in cursor.fetchall()]


def _kilometres(now: Columns, query: SearchQuery) -> Floats | None:
    """Shape (documents,): to the nearest place of each; infinite where none is known, None where nobody asked."""
    if query.near is None:
        return None
    nearest = np.full(now.size, np.inf)
    np.minimum.at(nearest, now.place_of, kilometres(*query.near, now.latitude, now.longitude))
    return nearest


# --- the page --------------------------------------------------------------------------------------------------------


def _page(
    now: Columns, query: SearchQuery, found: Numbers, scored: _Scored | None, far: Floats | None, *, most: int = 0
) -> Numbers:
    """The documents of the page asked for, in order. Only as many are put in order as must be."""
    size = most or min(max(query.page_size, 1), LARGEST_PAGE)
    begin = min((max(query.page, 1) - 1) * size, 10_000_000)
    by: list[Floats] = []
    if scored is not None:
        score = scored.score[found]
        by.append(-np.floor(STEPS_OF_SCORE * score / scored.best) if far is not None else -score)
    if far is not None:
        by.append(far[found])
        if scored is not None:
            by.append(-scored.score[found])
    by.append(now.in_order(query.language)[found])
    if begin + size < len(found):
        first = np.flatnonzero(by[0] <= np.partition(by[0], begin + size - 1)[begin + size - 1])
        found, by = found[first], [key[first] for key in by]
    page: Numbers = found[np.lexsort(by[::-1])][begin : begin + size]
    return page


def _hit(now: Columns, query: SearchQuery, place: int, scored: _Scored | None, far: Floats | None) -> Hit:
    at = now.places_at(place)
    spans = now.timetables[now.hours[place]]
    minute = _minute_of_week(query.now or timezone.now())
    return Hit(
        now.rows[place].key,
        Facts(
            free=bool(now.free[place] == 1),
            remote=bool(now.remote[place] == 1),
            stale=bool(now.check_by[place] < _days(query)),
            open=is_open(spans, minute) if spans else None,
            languages=tuple(sorted(now.languages.carried(place))),
            points=tuple(zip(now.latitude[at].tolist(), now.longitude[at].tolist(), strict=True)),
            until=until(spans, minute),
            opens=opens_next(spans, minute),
        ),
        scored.because(place) if scored is not None else (),
        None if far is None or np.isinf(far[place]) else float(far[place]),
        None if scored is None else float(scored.score[place]),
    )


def _days(query: SearchQuery) -> int:
    """Today, in days since 1970."""
    today = query.today or timezone.localdate(timezone=timezone.get_default_timezone())
    return (today - EPOCH).days


def _minute_of_week(moment: datetime) -> int:
    return minute_of_week(timezone.localtime(moment, timezone.get_default_timezone()))
