"""Free text to experiences: "ten years in my uncle's garage, mostly brakes, then taxi".

    reader = ExperienceReader(Coder(vocabulary))
    reading = reader.read(text, language="he")
    reading.experiences[0].occupation.candidates[0].isco08, reading.experiences[0].period.months

Each experience keeps where in the text it stands, in characters, and so does everything found in it. Nothing of the text
is lost: every word is in an experience, or among the words that were not understood, or is one that only joins ("then",
"and"). What is proposed is never a decision: the person sees the parts and corrects them.

How: the text is cut into pieces at stops, commas and joining words. In each piece times and settings are taken out, and
the coder is asked for windows of the words left. A piece with work of its own begins an experience; the others belong to
the one they stand by. That cutting is by rules and not by a trained model, because there is no text of this kind to train
on in seven languages, and because a rule can be told to the person it failed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kesher.engine.coding.coder import Coder, Coding
from kesher.engine.coding.language import Detector, identify
from kesher.engine.coding.occupations_in_text import Finder, Found, together
from kesher.engine.coding.pieces import Opening, Piece, pieces
from kesher.engine.coding.said_settings import Setting, settings
from kesher.engine.coding.said_text import SaidText, Span
from kesher.engine.coding.said_times import Time, TimeKind, times
from kesher.engine.coding.said_words import Small
from kesher.engine.coding.skills_in_text import FindsSkills, SkillFound

__all__ = ["Experience", "ExperienceReader", "NotUnderstood", "Period", "Reading", "Span", "WordKind"]

#: A pasted book is no account of one's work: beyond so many characters nothing is read, and the rest is "not understood".
FURTHEST: Final = 20_000
#: Where it is said that somebody worked, words this likely to be work are one, with a question.
LIKELY: Final = 0.4


@dataclass(frozen=True, slots=True)
class Period:
    """How long and when, as said; None where nothing was said.

    months: 0.5 for two weeks · since, until: (year, month), month 0 where only the year was said · current: said to go on
    · about: the length was said as about · ethiopic: the years may be of the Ethiopian calendar (seven or eight years
    behind): ask · spans: where.
    """

    months: float | None = None
    since: tuple[int, int] | None = None
    until: tuple[int, int] | None = None
    current: bool = False
    about: bool = False
    ethiopic: bool = False
    spans: tuple[Span, ...] = ()

    def months_until(self, today: tuple[int, int]) -> float | None:
        """The length in months, counted from the dates where no length was said; `today`: (year, month).

        A year without a month counts from its middle, so that "2008–2014" is six years.
        """
        if self.months is not None or self.since is None:
            return self.months
        end = self.until or (today if self.current else None)
        if end is None:
            return None
        return float(max(0, 12 * (end[0] - self.since[0]) + (end[1] or 6) - (self.since[1] or 6)))


class WordKind(StrEnum):
    """What became of words that are in no experience."""

    NOT_UNDERSTOOD = "not understood"
    WISH = "wish"  # "looking for anything": said of the future
    EDUCATION = "education"  # what was learned, not done
    ABOUT_PERSON = "about the person"  # an age, "five years ago"


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Words nothing was made of. `experience`: the number of the one they stand in, None for words outside all of them."""

    text: str
    span: Span
    kind: WordKind
    experience: int | None


@dataclass(frozen=True, slots=True)
class Experience:
    """One thing a person did.

    text, span: its words, from the first to the last · parts: the pieces of it, in order; between them may stand what
    joins · title: the words that the occupation was read from · occupation: the coder's proposal for them · period,
    setting, skills: as said.
    """

    text: str
    span: Span
    parts: tuple[Span, ...]
    title: Span
    occupation: Coding
    period: Period
    setting: Mapping[Setting, Span]
    skills: tuple[SkillFound, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of a text. `language`: the one it was read in."""

    text: str
    language: str
    experiences: tuple[Experience, ...]
    not_understood: tuple[NotUnderstood, ...]


@dataclass(slots=True)
class _Group:
    """Pieces that tell of one experience, as they are gathered."""

    pieces: list[Piece]
    found: list[Found]
    times: list[Time]

    @property
    def has_work(self) -> bool:
        return any(one.certain for one in self.found)

    def best(self) -> Found | None:
        return max(self.found, key=lambda one: (one.certain, one.weight), default=None)


class ExperienceReader:
    """A coder, and if given a finder of skills and a detector of languages, ready to read; safe for threads."""

    def __init__(self, coder: Coder, skills: FindsSkills | None = None, detector: Detector | None = None) -> None:
        self.skills, self._detector = skills, detector
        self._finder = Finder(coder)

    def read(self, text: str, *, language: str = "") -> Reading:
        """What a text tells. language: the declared one or that of the page (BCP 47); the script goes before it."""
        known = identify(text[:FURTHEST], language, self._detector)
        said = SaidText(text[:FURTHEST], known)
        when, where = times(said), settings(said)
        cut = pieces(said, when, self._finder)
        groups = self._gather(said, cut, when)
        experiences: list[Experience] = []
        left: list[NotUnderstood] = []
        for group in groups:
            experience = self._experience(said, group, where)
            if experience is None:
                left += self._outside(said, group)
                continue
            left += self._inside(said, group, where, experience, len(experiences))
            experiences.append(experience)
        if len(text) > FURTHEST and text[FURTHEST:].strip():
            left.append(NotUnderstood(text[FURTHEST:], Span(FURTHEST, len(text)), WordKind.NOT_UNDERSTOOD, None))
        return Reading(text, known, tuple(experiences), tuple(sorted(left, key=lambda one: one.span)))

    # Gathering

    def _gather(self, said: SaidText, cut: Sequence[Piece], when: Sequence[Time]) -> list[_Group]:
        groups: list[_Group] = []
        for piece in cut:
            mine = [time for time in when if piece.first <= time.first < piece.behind]
            found = self._finder.find(said, piece, mine)
            group = groups[-1] if groups else None
            if group is None or self._begins(said, group, piece, found, mine):
                groups.append(_Group([piece], found, mine))
            else:
                group.pieces.append(piece)
                group.found += found
                group.times += mine
        return groups

    def _begins(self, said: SaidText, group: _Group, piece: Piece, found: list[Found], mine: list[Time]) -> bool:
        """Whether a piece begins an experience, or tells more of the one before."""
        before = group.pieces[-1]
        lasting = [time for time in mine if time.kind in (TimeKind.DURATION, TimeKind.DATES)]
        cares = _cares(said, piece)
        bare = not piece.content and bool(lasting) and not cares
        if _outside(piece) or _outside(before):
            return _outside(piece) is not _outside(before)
        if piece.opening is Opening.DETAIL or piece.opening is Opening.BRACKET:
            return False
        if bare:  # "five years" alone: of what stands before, unless that has its time already
            taken = any(time.kind in (TimeKind.DURATION, TimeKind.DATES) for time in group.times)
            return taken or (piece.opening is Opening.THEN and group.has_work)
        if not found and not piece.works and not cares:
            return (
                piece.opening is Opening.STOP and group.has_work and piece.content and not self._tells_more(said, piece)
            )
        worked = group.has_work or any(_cares(said, one) for one in group.pieces)
        if not worked and not any(one.content for one in group.pieces):
            return False  # only a time or a small word stood there: it belongs to this piece
        if piece.opening is Opening.THEN:
            return True
        work = [one for one in found if one.certain]
        same = bool(work) and self._same(group, work)
        if piece.opening is Opening.STOP:
            own = cares and not any(_cares(said, one) for one in group.pieces)
            return own or (bool(work) and (not same or bool(lasting))) or (piece.works and bool(lasting))
        exact = [one for one in work if one.exact]
        if not worked:
            return False
        return (bool(exact) and (not same or bool(lasting))) or (bool(work) and bool(lasting) and not same)

    def _tells_more(self, said: SaidText, piece: Piece) -> bool:
        """Whether a sentence without work is about the work before: a setting ("nobody paid me"), or words like it."""
        return bool(settings(said, piece.first, piece.behind))

    @staticmethod
    def _same(group: _Group, work: list[Found]) -> bool:
        best = group.best()
        first = max(work, key=lambda one: one.weight)
        return best is not None and bool(best.concepts & first.concepts)

    # Telling

    def _experience(
        self, said: SaidText, group: _Group, where: Mapping[Setting, list[tuple[int, int]]]
    ) -> Experience | None:
        lasting = [time for time in group.times if time.kind in (TimeKind.DURATION, TimeKind.DATES)]
        if any(_outside(piece) is not None for piece in group.pieces):
            return None
        mine = _within(where, group)
        told = lasting or mine or any(piece.works or piece.opening is Opening.THEN for piece in group.pieces)
        likely = any(one.weight >= LIKELY for one in group.found)
        content = next((piece for piece in group.pieces if piece.content), None)
        cared = Setting.UNPAID_CARE in mine  # said in small words alone: "I looked after my mother"
        if not group.has_work and not cared and not (told and (likely or (lasting and content))):
            return None
        found = together(group.found) if group.found else self._finder.unknown(said, content or group.pieces[0])
        if cared:
            children = any(said.does(first, Small.RAISE) for first, _ in mine[Setting.UNPAID_CARE])
            found = self._finder.care(found, said, children=children)
        spans = [said.span(piece.first, piece.behind) for piece in group.pieces]
        whole = Span(spans[0].start, spans[-1].end)
        return Experience(
            said.text[whole.start : whole.end],
            whole,
            tuple(spans),
            said.span(found.first, found.behind),
            found.coding,
            _period(said, lasting),
            {setting: said.span(*places[0]) for setting, places in mine.items()},
            self._skills_of(said, group, spans),
        )

    def _skills_of(self, said: SaidText, group: _Group, spans: Sequence[Span]) -> tuple[SkillFound, ...]:
        if self.skills is None:
            return ()
        best: dict[int, SkillFound] = {}
        for piece, span in zip(group.pieces, spans, strict=True):
            if not piece.content:
                continue
            for one in self.skills.find(said.text[span.start : span.end], language=said.language):
                moved = one.moved(span.start)
                if one.concept not in best or best[one.concept].score < one.score:
                    best[one.concept] = moved
        return tuple(sorted(best.values(), key=lambda one: (-one.score, one.concept)))

    # What is left

    def _outside(self, said: SaidText, group: _Group) -> list[NotUnderstood]:
        left = []
        for piece in group.pieces:
            span = said.span(piece.first, piece.behind)
            kind = _outside(piece) or WordKind.NOT_UNDERSTOOD
            left.append(NotUnderstood(said.text[span.start : span.end], span, kind, None))
        return left

    def _inside(
        self,
        said: SaidText,
        group: _Group,
        where: Mapping[Setting, list[tuple[int, int]]],
        experience: Experience,
        number: int,
    ) -> list[NotUnderstood]:
        """Runs of words of an experience that no part of it was read from, small words aside."""
        known = [experience.title, *experience.period.spans, *(skill.span for skill in experience.skills)]
        known += [said.span(*places) for found in _within(where, group).values() for places in found]
        known += [said.span(*one.reach) for one in group.found if one.certain]
        apart = [time for time in group.times if time.kind not in (TimeKind.DURATION, TimeKind.DATES)]
        left: list[NotUnderstood] = []
        for piece in group.pieces:
            run: list[int] = []
            for place in [*range(piece.first, piece.behind), -1]:
                word = said.words[place] if place >= 0 else None
                of_person = next((time for time in apart if time.first <= place < time.behind), None)
                plain = (
                    word is None
                    or of_person is not None
                    or _is_known(word.start, known)
                    or self._finder.is_small(said, place)
                )
                if not plain:
                    run.append(place)
                elif run:
                    left.append(_words(said, run[0], run[-1] + 1, WordKind.NOT_UNDERSTOOD, number))
                    run = []
        left += [_words(said, time.first, time.behind, WordKind.ABOUT_PERSON, number) for time in apart]
        return left


def _cares(said: SaidText, piece: Piece) -> bool:
    """Whether a piece says that somebody cared for relatives: work, though no title stands there."""
    return Setting.UNPAID_CARE in settings(said, piece.first, piece.behind)


def _outside(piece: Piece) -> WordKind | None:
    """What a piece is that tells of no work."""
    if piece.wish:
        return WordKind.WISH
    if piece.study:
        return WordKind.EDUCATION
    return WordKind.ABOUT_PERSON if piece.apart else None


def _words(said: SaidText, first: int, behind: int, kind: WordKind, number: int | None) -> NotUnderstood:
    span = said.span(first, behind)
    return NotUnderstood(said.text[span.start : span.end], span, kind, number)


def _is_known(start: int, known: Sequence[Span]) -> bool:
    return any(span.start <= start < span.end for span in known)


def _within(where: Mapping[Setting, list[tuple[int, int]]], group: _Group) -> dict[Setting, list[tuple[int, int]]]:
    """The settings said inside a group's pieces."""
    found: dict[Setting, list[tuple[int, int]]] = {}
    for setting, places in where.items():
        mine = [place for place in places if any(piece.first <= place[0] < piece.behind for piece in group.pieces)]
        if mine:
            found[setting] = mine
    return found


def _period(said: SaidText, lasting: Sequence[Time]) -> Period:
    """The times of one experience as one: lengths in different pieces of it are not added, the first stands."""
    length = next((time for time in lasting if time.kind is TimeKind.DURATION and time.months is not None), None)
    dates = [time for time in lasting if time.kind is TimeKind.DATES]
    since = next((time.since for time in dates if time.since is not None), None)
    until = next((time.until for time in dates if time.until is not None), None)
    return Period(
        length.months if length else None,
        since,
        until,
        any(time.current for time in lasting) and until is None,
        length.about if length else False,
        any(time.ethiopic for time in dates),
        tuple(said.span(time.first, time.behind) for time in lasting),
    )
