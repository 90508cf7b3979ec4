"""From words typed to words that exist and themes they speak of. Three queries, whatever was typed.

1. Which of the spellings occur, and in how many documents (:class:`~kesher.directory.models.SearchWord`).
2. For words met nowhere: the nearest that exist, by trigrams, then by counting the slips of the finger between them.
3. Which taxonomy terms have a name or an everyday word that shares words with the question, in any language. That is
   the bridge between languages: قرض and הלוואה and "loan" name one term, and services carry the term.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection

from kesher.directory.search import meaning
from kesher.directory.search.documents import LONGEST_WORD
from kesher.engine.coding.embedding import Floats
from kesher.engine.orientation.themes import Question
from kesher.engine.text import query_tokens

MOST_GROUPS = 12
MOST_TERMS = 12
MOST_FORMS = 4
MOST_GUESSES = 4
#: A word of a theme is likelier meant than one of a text.
PHRASE = 20
SHORTEST_GUESSED, LONGEST_GUESSED = 4, 30

#: Of the best term's score: what scores less is not meant.
TERM_SHARE = 0.35
#: How sure a match is: the word itself, another form of it, a word it was perhaps meant to be.
EXACT, FORM, GUESS = 1.0, 0.85, 0.7
#: In a story (more words than these) a word met nowhere tells less: the words it resembles were hardly meant. In a short
#: question it is what was asked for, misspelt.
STORY, UNKNOWN = 4, 0.5
#: Who somebody is tells less of what they look for than what they say they need.
SITUATIONS, SITUATION = "human_situations", 0.7
#: A name says it a little better than an everyday word.
SYNONYM = 0.95
#: How much of a term's score comes from its best phrase; the rest from all its phrases together.
BEST_PHRASE = 0.7
#: How much a term that every service carries is worth less than one that few do.
BROAD = 0.5
#: A theme that the meaning gives this chance is a term of the question, with so much of the root of its chance as score.
LIKELY = 0.1
MEANING = 0.8


@dataclass(frozen=True, slots=True)
class Group:
    """One word asked. ``spellings`` count as a hit; ``weight`` is how much it tells: rare words tell more."""

    word: str
    spellings: tuple[str, ...]
    weight: float
    documents: int
    known: bool
    guesses: tuple[str, ...] = ()

    @property
    def every(self) -> tuple[str, ...]:
        return (*self.spellings, *self.guesses)


@dataclass(frozen=True, slots=True)
class ScoredTerm:
    term_id: UUID
    code: str
    score: float  # 0..1
    words: frozenset[str]  # the words asked that it answers to


@dataclass(frozen=True, slots=True)
class Understood:
    groups: tuple[Group, ...]
    terms: tuple[ScoredTerm, ...]  # best first
    documents: int  # public documents in all
    question: Question | None = None  # what it speaks of by its meaning (``search.meaning``), where something reads it


def understand(text: str, *, by_words: bool = False) -> Understood:
    """What a question asks for. ``text``: anything, already cut to a sane length. Raises nothing of its own.

    ``by_words``: without what an encoder reads in it. It finds a theme in everything, "thanks a lot" too.
    """
    asked = _once(
        [kept for group in query_tokens(text) if (kept := tuple(s for s in group if 0 < len(s) <= LONGEST_WORD))]
    )
    counts = _counts({spelling for group in asked for spelling in group})
    documents, phrases = counts.get("", (0, 0))
    unknown = {group[0]: group for group in asked if not any(spelling in counts for spelling in group)}
    guesses, more = _guesses(unknown)
    counts |= more
    groups: list[Group] = []
    for spellings in asked:
        every = (*spellings, *guesses.get(spellings[0], ()))
        in_documents = min(sum(counts.get(spelling, (0, 0))[0] for spelling in every), documents)
        in_phrases = min(sum(counts.get(spelling, (0, 0))[1] for spelling in every), phrases)
        groups.append(
            Group(
                word=spellings[0],
                spellings=spellings,
                weight=math.log(1 + (documents + phrases + 1) / (1 + in_documents + in_phrases))
                * (UNKNOWN if len(asked) > STORY and spellings[0] in unknown else 1.0),
                documents=in_documents,
                known=spellings[0] not in unknown,
                guesses=guesses.get(spellings[0], ()),
            )
        )
    if len(groups) > MOST_GROUPS:  # a story: the words that tell most of a need, in the order typed
        themes = {group.word: any(counts.get(spelling, (0, 0))[1] for spelling in group.spellings) for group in groups}
        telling = sorted(groups, key=lambda group: (not themes[group.word], not group.known, -group.weight))
        groups = [group for group in groups if group in telling[:MOST_GROUPS]]
    question = meaning.understood(text) if groups and not by_words else None
    terms = _terms(groups, documents)
    if question is not None:
        terms = _with_meaning(terms, question.chances, groups)
    return Understood(tuple(groups), terms, documents, question)


def _once(asked: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Without words that are another form of one said before: "my daughter … the daughter" is one word."""
    kept: list[tuple[str, ...]] = []
    for group in asked:
        if not any(group[0] in other or other[0] in group for other in kept):
            kept.append(group)
    return kept


def _counts(spellings: set[str]) -> dict[str, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, documents, phrases FROM directory_searchword WHERE word = ANY(%s)",
            [["", *sorted(spellings)]],
        )
        return {word: (documents, phrases) for word, documents, phrases in cursor.fetchall()}


# --- slips of the finger ---------------------------------------------------------------------------------------------


def _guesses(
    unknown: Mapping[str, Sequence[str]],
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[int, int]]]:
    """For each word met nowhere, up to three that exist and differ from it or from one of its forms by a slip (two in
    words of six letters and more); and in how many documents and phrases the words found stand."""
    forms = [
        (word, form)
        for word, every in list(unknown.items())[:MOST_GROUPS]
        for form in every[:MOST_FORMS]
        if SHORTEST_GUESSED <= len(form) <= LONGEST_GUESSED
    ]
    found: dict[str, set[tuple[int, int, str]]] = defaultdict(set)
    counts: dict[str, tuple[int, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT typed, form, near.word, near.documents, near.phrases
              FROM unnest(%s::text[], %s::text[]) AS asked (typed, form)
             CROSS JOIN LATERAL (
                   SELECT word, documents, phrases FROM directory_searchword
                    WHERE word %% form AND abs(length(word) - length(form)) <= 2 AND NOT starts_with(word, '#')
                    ORDER BY similarity(word, form) DESC, word LIMIT 40) AS near
            """,
            [[word for word, _ in forms], [form for _, form in forms]],
        )
        for typed, form, word, documents, phrases in cursor.fetchall():
            slips = slips_between(form, word, most=2 if len(form) >= 6 else 1)
            if slips is not None:
                # The word itself before its forms: "couseling" is counseling, not counsel.
                found[typed].add((2 * slips + (form != typed), -documents - PHRASE * phrases, word))
                counts[word] = documents, phrases
    nearest = {
        typed: tuple(dict.fromkeys(word for slips, _, word in sorted(near) if slips == min(near)[0]))[:MOST_GUESSES]
        for typed, near in found.items()
    }
    return nearest, counts


def slips_between(typed: str, word: str, *, most: int) -> int | None:
    """How many letters were left out, added, changed or swapped with the next; None if more than ``most``.

    The optimal string alignment distance (Damerau, CACM 7(3), 1964), row by row.
    """
    if abs(len(typed) - len(word)) > most:
        return None
    before: list[int] = []
    last = list(range(len(word) + 1))
    for i, letter in enumerate(typed, 1):
        row = [i]
        for j, other in enumerate(word, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == word[j - 2] and typed[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
        before, last = last, row
    return last[-1] if last[-1] <= most else None


# --- themes ----------------------------------------------------------------------------------------------------------


def _terms(groups: Sequence[Group], documents: int) -> tuple[ScoredTerm, ...]:
    """The taxonomy terms the words speak of, with a score between 0 and 1, best first.

    For a phrase (a name or an everyday word of the term): m = Σ of the weights of its words that were asked, each times
    how sure the match is; p = Σ of the weights of all its words; q = Σ of the weights of all words asked.

        phrase = sqrt(m/p · m/q)          the cosine of the two, if each word had its weight squared
        term   = 0.7 · max(phrase) + 0.3 · (share of the question that any of its phrases answers)
    """
    certainty: dict[str, dict[str, float]] = defaultdict(dict)  # spelling -> word asked -> how sure
    weight = {group.word: group.weight for group in groups}
    for group in groups:
        for spelling in group.spellings:
            certainty[spelling][group.word] = EXACT if spelling == group.word else FORM
        for spelling in group.guesses:
            certainty[spelling][group.word] = GUESS
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT phrase.term_id, phrase.is_name, phrase.words, phrase.weights, carried.documents,
                   term.code
              FROM directory_searchphrase AS phrase
              JOIN directory_searchword AS carried ON carried.word = '#' || phrase.term_id
              JOIN directory_term AS term ON term.id = phrase.term_id
             WHERE phrase.spellings && %s
            """,
            [sorted(certainty)],
        )
        phrases = cursor.fetchall()
    question = sum(weight.values()) or 1.0
    best: dict[UUID, float] = defaultdict(float)
    answered: dict[UUID, dict[str, float]] = defaultdict(dict)
    worth: dict[UUID, float] = {}
    codes: dict[UUID, str] = {}
    for term_id, is_name, words, weights, carried, code in phrases:
        codes[term_id] = code
        # by how many of all services carry it, and whether it says what is needed or who needs it
        worth[term_id] = 1 - BROAD * min(carried / max(documents, 1), 1.0)
        if code.startswith(SITUATIONS):
            worth[term_id] *= SITUATION
        matched, asked = _matched(words, weights, certainty)
        share_of_question = sum(weight[word] * sure for word, sure in asked.items()) / question
        score = math.sqrt(matched / sum(weights) * share_of_question) * (1.0 if is_name else SYNONYM)
        best[term_id] = max(best[term_id], score)
        for word, sure in asked.items():
            answered[term_id][word] = max(sure, answered[term_id].get(word, 0.0))
    scored = [
        ScoredTerm(
            term_id,
            codes[term_id],
            worth[term_id]
            * (
                BEST_PHRASE * score
                + (1 - BEST_PHRASE) * sum(weight[word] * sure for word, sure in answered[term_id].items()) / question
            ),
            frozenset(answered[term_id]),
        )
        for term_id, score in best.items()
    ]
    scored.sort(key=lambda term: (-term.score, term.term_id))
    return tuple(term for term in scored[:MOST_TERMS] if term.score >= TERM_SHARE * scored[0].score)


def _with_meaning(terms: Sequence[ScoredTerm], chances: Floats, groups: Sequence[Group]) -> tuple[ScoredTerm, ...]:
    """The terms of the words and those of the meaning together: of one that both speak of, the better score."""
    likely = {code: float(chance) for code, chance in zip(meaning.codes(), chances, strict=True) if chance >= LIKELY}
    found = {term.code: term for term in terms}
    words = frozenset(group.word for group in groups)
    for code, key in _keys_of(likely).items():
        score = MEANING * math.sqrt(likely[code])
        known = found.get(code)
        if known is None:
            found[code] = ScoredTerm(key, code, score, words)
        elif known.score < score:
            found[code] = replace(known, score=score)
    ordered = sorted(found.values(), key=lambda term: (-term.score, term.term_id))[:MOST_TERMS]
    return tuple(term for term in ordered if term.score >= TERM_SHARE * ordered[0].score)


def _keys_of(codes: Collection[str]) -> dict[str, UUID]:
    """The terms of these codes that some service carries."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT term.code, term.id FROM directory_term AS term
                 JOIN directory_searchword AS carried ON carried.word = '#' || term.id
                WHERE term.code = ANY(%s) ORDER BY term.id DESC""",
            [list(codes)],
        )
        return dict(cursor.fetchall())


def _matched(
    words: Sequence[str], weights: Sequence[float], certainty: Mapping[str, Mapping[str, float]]
) -> tuple[float, dict[str, float]]:
    """The weight of the phrase's words that were asked, and the words asked that they answer, with how sure."""
    mass = 0.0
    asked: dict[str, float] = {}
    for forms, weight in zip(words, weights, strict=True):
        surest = 0.0
        for place, form in enumerate(forms.split("|")):
            for word, sure in certainty.get(form, {}).items():
                sure = sure if place == 0 else min(sure, FORM)
                surest = max(surest, sure)
                asked[word] = max(sure, asked.get(word, 0.0))
        mass += weight * surest
    return mass, asked
